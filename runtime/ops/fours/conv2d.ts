/**
 * Convolution in NHWC4: the choice between its kernels.
 *
 * @module
 */
import { count, type Shape, type Shape4 } from "../../tensor.ts";
import type { Packing, Shader } from "../shader.ts";
import type { Traits } from "../traits.ts";
import type { Convolution } from "./convolution.ts";
import { depthwise } from "./depthwise.ts";
import { gemm } from "./gemm.ts";
import type { FoursKernel } from "./kernel.ts";
import { matvec } from "./matvec.ts";
import { tiles } from "./tiles.ts";
import { unfusedWinograd } from "./unfused_winograd.ts";
import { mostProducts } from "./window_tiles.ts";
import { winograd, winogradPays } from "./winograd.ts";

/** The NHWC4 kernel of `conv2d`. */
export const conv2dFours: FoursKernel<"conv2d"> = {
  leads: true,
  shaders(attributes, inputs, output, traits, inPlanes) {
    const [input, weights] = inputs as [Shape, Shape];
    const { kernel, stride, pad, group } = attributes;
    if (group > 1 && group === input[1] && group === output[1] && count(kernel) <= mostProducts) {
      return [depthwise(attributes, inputs, output, traits)];
    }
    const aligned = weights[1]! % 4 === 0 && weights[0]! / group % 4 === 0;
    const joined = group > 1 && !aligned;
    if (joined && group > mostJoined) return undefined;
    const [samples, , height, width] = input as Shape4;
    const [, , rows, columns] = output as Shape4;
    const pointwise = [...kernel, ...stride].every((extent) => extent === 1) &&
      pad.every((extent) => extent === 0);
    // A 1 × 1 convolution sees all pixels of a sample as one row.
    const extents = pointwise
      ? { height: 1, width: height * width, rows: 1, columns: rows * columns }
      : { height, width, rows, columns };
    return shadersOf({
      ...attributes,
      samples,
      ...extents,
      inputs: weights[1]!,
      weights,
      ...joined ? joinGroups(weights, group) : {},
      // A picture in NCHW is packed into quads as it is read.
      planes: inPlanes && input[1]! <= 4 ? height * width : 0,
    }, traits);
  },
};

/**
 * The most groups not divisible into quads that are computed as a dense convolution with
 * block-diagonal weights: its zeros cost far less than computing on planes.
 */
const mostJoined = 8;

/** A grouped convolution as a dense one, with block-diagonal weights. */
function joinGroups([outputs, inputs, ...kernel]: Shape, group: number) {
  const row = inputs! * count(kernel);
  const turned: Packing = {
    name: `joined ${outputs} ${row} ${group}`,
    pack(data) {
      const joined = new Float32Array(data.length * group);
      for (let o = 0; o < outputs!; o++) {
        const g = Math.floor(o * group / outputs!);
        joined.set(data.subarray(o * row, (o + 1) * row), (o * group + g) * row);
      }
      return joined;
    },
  };
  return {
    group: 1,
    inputs: inputs! * group,
    weights: [outputs!, inputs! * group, ...kernel],
    turned,
  };
}

/**
 * The shaders of a convolution whose groups are whole quads: those that `traits.choose` names, else
 * those expected to be fastest on the device.
 */
export function shadersOf(convolution: Convolution, traits: Traits): readonly Shader[] {
  const { software, weights: stored, activations, device, choose } = traits;
  const [transformed, plain] = [winograd(convolution, traits), gemm(convolution, traits)];
  const products = winogradPays(convolution, traits)
    ? [...transformed, ...plain]
    : [...plain, ...transformed];
  const kernels = software
    ? [
      ...tiles(convolution),
      ...unfusedWinograd(convolution, traits, tiles),
      ...matvec(convolution),
      ...products,
    ]
    : [
      ...matvec(convolution),
      ...products,
      ...unfusedWinograd(convolution, traits, (product) => gemm(product, traits)),
      ...tiles(convolution),
    ];
  const names = kernels.map(({ name }) => name);
  const work = JSON.stringify({ ...convolution, stored, activations });
  const chosen = choose?.(work, names, device);
  const { name, shaders } = kernels.find(({ name }) => name === chosen) ?? kernels[0]!;
  return shaders().map((shader) => ({ variant: name, ...shader, work }));
}
