/**
 * Scale: multiplies by a learned scale, one for each position of a run of axes, and may add an
 * offset. A second bottom replaces the learned scale.
 *
 * The run starts at `axis` and need not reach the last one; TensorFlow broadcasts from the last.
 * caffe-windows can limit the scale, also that of a second bottom. TransferNet's Scale, which is older
 * than BVLC's, multiplies by a `scale_factor`.
 *
 * @see https://github.com/BVLC/caffe/blob/master/src/caffe/layers/scale_layer.cpp
 * @see https://github.com/maga33/TransferNet/blob/master/caffe/src/caffe/layers/scale_layer.cpp
 * @module
 */
import { bool, float, int32, message, nested } from "../../../proto/message.ts";
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { axisOf, type Shape, showShape } from "../../../runtime/tensor.ts";
import { FillerParameter } from "../../caffe/schema.ts";
import { constant } from "../filler.ts";
import { apply, defineLayer } from "../layer.ts";

export const scale = defineLayer({
  type: "Scale",
  ops: ["affine", "clip"],
  param: {
    name: "scale_param",
    number: 142,
    message: message("ScaleParameter", {
      axis: int32(1, 1),
      num_axes: int32(2, 1),
      filler: nested(3, FillerParameter),
      bias_term: bool(4, false),
      bias_filler: nested(5, FillerParameter),
      /** Of caffe-windows. */
      min_value: float(0),
      max_value: float(0),
      /** Of TransferNet. */
      scale_factor: float(0),
    }),
  },
  bottoms: [1, 2],

  blobs({ param, shapes: [bottom, second] }) {
    if (param.scale_factor !== undefined) return [];
    const shape = second ?? learnedShape(param, bottom!);
    const because = `a bottom ${showShape(bottom!)}`;
    const scale = { name: "scale", shape, filler: param.filler ?? constant(1), because };
    const offset = { name: "offset", shape, filler: param.bias_filler ?? constant(0), because };
    return [...(second === undefined ? [scale] : []), ...(param.bias_term ? [offset] : [])];
  },

  lower({ graph, name, param, bottoms, blobs }) {
    const { axis, bias_term, scale_factor } = param;
    if (scale_factor !== undefined) {
      if (bottoms.length > 1 || bias_term) {
        throw new TypeError("it has a scale_factor, with which it has one bottom and no offset");
      }
      const data = Float32Array.of(scale_factor);
      const factor = graph.constant(`${name}/factor`, { shape: [], data });
      return [apply(graph, "affine", name, [bottoms[0]!, factor], { terms: "scale" })];
    }
    const [bottom, scale, ...offset] = [...bottoms, ...blobs];
    return [
      apply(graph, "affine", name, [bottom!, limited(graph, name, scale!, param), ...offset], {
        axis,
        terms: bias_term ? "both" : "scale",
      }),
    ];
  },
});

/** The scale within its limits, if there are any. */
function limited(
  graph: GraphBuilder,
  name: string,
  scale: Value,
  { min_value: min = -Infinity, max_value: max = Infinity }: {
    readonly min_value?: number | undefined;
    readonly max_value?: number | undefined;
  },
): Value {
  if (min === -Infinity && max === Infinity) return scale;
  const data = graph.dataOf(scale)?.map((value) => Math.min(Math.max(value, min), max));
  return data === undefined
    ? apply(graph, "clip", `${name}/limited`, [scale], { min, max })
    : graph.constant(`${name}/limited`, { shape: scale.shape, data });
}

/** Scalar: the predecessor of Scale, without an offset. */
export const scalar = defineLayer({
  type: "Scalar",
  ops: ["affine"],
  param: {
    name: "scalar_param",
    message: message("ScalarParameter", {
      /** Its default was 0 first, and then 1. */
      axis: int32(1),
      num_axes: int32(2, 1),
      filler: nested(3, FillerParameter),
    }),
  },
  bottoms: [1, 2],

  blobs: (instance) => scale.blobs!({ ...instance, param: withoutOffset(instance.param) }),
  lower: (instance) => scale.lower!({ ...instance, param: withoutOffset(instance.param) }),
});

/** The settings of Scalar as those of Scale. */
function withoutOffset(param: { readonly axis: number | undefined }) {
  if (param.axis === undefined) {
    throw new TypeError("it has no axis, whose default differs between forks; set its axis");
  }
  return { ...param, bias_term: false };
}

/** The run of a bottom's axes that a learned scale or bias has; an empty one is a single number. */
export function learnedShape(
  { axis, num_axes }: { readonly axis: number; readonly num_axes: number },
  bottom: Shape,
): Shape {
  if (num_axes === 0) return [];
  const first = axisOf(axis, bottom.length);
  const end = num_axes === -1 ? bottom.length : first + num_axes;
  if (num_axes < -1 || end > bottom.length) {
    throw new TypeError(
      `its num_axes is ${num_axes} from axis ${axis} on, but its bottom is ${showShape(bottom)}`,
    );
  }
  return bottom.slice(first, end);
}
