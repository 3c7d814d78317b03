/**
 * Depthwise convolution in NHWC4: a quad of channels of a tile of pixels an invocation
 * (`window_tiles.ts`). On Mesa's lavapipe it is many times as fast as the direct shader on planes.
 *
 * @module
 */
import type { Shape } from "../../tensor.ts";
import type { Conv2dAttributes } from "../conv2d/attributes.ts";
import type { Packing, Shader } from "../shader.ts";
import { biasAndFinishFours, biasPacked } from "./finish.ts";
import { quadsOf } from "./layout.ts";
import type { Traits } from "../traits.ts";
import { windowTiles } from "./window_tiles.ts";

/** The shader of a convolution with as many groups as input and output channels. */
export function depthwise(
  attributes: Conv2dAttributes,
  [input]: readonly Shape[],
  output: Shape,
  { software }: Traits,
): Shader {
  const { kernel, bias } = attributes, channels = output[1]!;
  const sum = {
    name: "depthwise",
    none: "vec4f()",
    tap: (tap: number) => `let a = weight(${tap} * g.quads + quad);`,
    add: (sum: string, x: string) => `fma(a, ${x}, ${sum})`,
    // A compiler would load the biases again after each write, which might have changed them.
    end: "let factor = scale(quad); let offset = bias(quad);",
    value: (sum: string) => `fma(${sum}, factor, offset)`,
  };
  return windowTiles(attributes, input!, output, software, sum, {
    variant: "depthwise",
    code: biasAndFinishFours(attributes, channels),
    copies: true,
    tables: { 1: "weight" },
    packed: { 1: packing(channels, kernel), ...biasPacked(bias, channels) },
  });
}

/** Packs weights `[C, 1, kH, kW]` as `[kH, kW, C]`, zero-padded to whole quads. */
function packing(channels: number, [height, width]: readonly [number, number]): Packing {
  const stride = quadsOf(channels) * 4, taps = height * width;
  return {
    name: `depthwise ${channels}`,
    pack(data) {
      const packed = new Float32Array(taps * stride);
      data.forEach((weight, i) => {
        packed[i % taps * stride + Math.floor(i / taps)] = weight;
      });
      return packed;
    },
  };
}
