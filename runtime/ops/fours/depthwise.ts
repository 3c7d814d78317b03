/**
 * Depthwise convolution in NHWC4: up to 14 pixels of a row by one quad of channels an invocation.
 *
 * The pixels that the columns of the kernel see are loaded once for all of them. On Mesa's lavapipe
 * it is several times as fast as the direct shader on planes.
 *
 * @module
 */
import type { Shape, Shape4 } from "../../tensor.ts";
import { alongAxes } from "../conv2d/geometry.ts";
import type { Conv2dAttributes } from "../conv2d/attributes.ts";
import { invocations, type Packing, type Shader } from "../op.ts";
import { biasAndFinishFours, biasPacked } from "./finish.ts";
import { each } from "./each.ts";
import { quadsOf } from "./layout.ts";
import type { Traits } from "../traits.ts";

/** The shader of a convolution with as many groups as input and output channels. */
export function depthwise(
  attributes: Conv2dAttributes,
  [input]: readonly Shape[],
  output: Shape,
  { software }: Traits,
): Shader {
  const { kernel, stride, pad, dilation, bias } = attributes;
  const [, channels, height, width] = input as Shape4;
  const [samples, , rows, columns] = output as Shape4;
  // More invocations keep a hardware GPU busy.
  const pixels = Math.ceil(columns / Math.ceil(columns / (software ? 14 : 4)));
  const quads = quadsOf(channels);
  const sizes = { column_tiles: Math.ceil(columns / pixels), quads, rows, columns, height, width };
  return invocations(samples * rows * sizes.column_tiles * quads, {
    variant: "depthwise",
    code: code(pixels, kernel[1], stride[1], dilation[1]) +
      biasAndFinishFours(attributes, channels),
    sizes: {
      ...sizes,
      ...alongAxes({ kernel, stride, pad, dilation }),
    },
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

function code(pixels: number, taps: number, stride: number, dilation: number): string {
  const sums = each(pixels, (p) => `var s${p} = vec4f();`);
  const met = new Set(
    Array.from(
      { length: pixels * taps },
      (_, i) => i % pixels * stride + Math.floor(i / pixels) * dilation,
    ),
  );
  const loads = [...met].sort((a, b) => a - b).map((p) => `let x${p} = load(line, left + ${p});`)
    .join("");
  const adds = each(taps, (w) =>
    `{ let a = weight(at + ${w} * g.quads);` +
    each(pixels, (p) => `s${p} = fma(a, x${p * stride + w * dilation}, s${p});`) + "}");
  const stores = each(pixels, (p) => `store(pixel + ${p}, right > ${p}, quad, s${p});`);
  return /* wgsl */ `
// put: [N, rows, columns, quads]
// at1: [N, height, width, quads]
// weight: [kernel_h, kernel_w, quads]

// A quad of a row of the image, zero in the padding.
fn load(row: i32, x: i32) -> vec4f {
  return select(vec4f(), at1(row + clamp(x, 0, g.width - 1) * g.stride1), u32(x) < u32(g.width));
}

fn store(pixel: i32, inside: bool, quad: i32, sum: vec4f) {
  if (inside) { put(pixel, quad, finish(biased(sum, quad), pixel, quad)); }
}

// One invocation computes a quad of consecutive pixels of a row.
fn invocation(i: i32) {
  let quad = i % g.quads;
  let column = i / g.quads % g.column_tiles * ${pixels};
  let row = i / (g.quads * g.column_tiles) % g.rows;
  let n = i / (g.quads * g.column_tiles * g.rows);
  let left = column * ${stride} - g.pad_w;

  ${sums}
  for (var h = 0; h < g.kernel_h; h++) {
    let y = row * g.stride_h - g.pad_h + h * g.dilation_h;
    if (y < 0 || y >= g.height) { continue; }
    let line = (n * g.height + y) * g.width * g.stride1 + g.start1 + quad;
    let at = h * ${taps} * g.quads + quad;
    ${loads}
    ${adds}
  }
  let pixel = (n * g.rows + row) * g.columns + column;
  let right = g.columns - column;
  ${stores}
}
`;
}
