/**
 * Max pooling with gaps between the elements of a window: the maximum of shifted copies, along one axis
 * after another.
 *
 *     kernel 3, dilation 2:  max(x[i], x[i + 2], x[i + 4])
 *
 * @see https://github.com/BVLC/caffe/blob/opencl/src/caffe/layers/pooling_layer.cpp
 * @module
 */
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { type Shape, showShape } from "../../../runtime/tensor.ts";
import { apply } from "../layer.ts";

/**
 * The maxima of windows with stride 1.
 *
 * @param kernel The number of elements of a window along each axis after the channels.
 * @param dilation Their distance.
 */
export function poolDilated(
  graph: GraphBuilder,
  name: string,
  bottom: Value,
  kernel: Shape,
  dilation: Shape,
): Value {
  if (kernel.some((size, i) => size < 1 || (size - 1) * dilation[i]! >= bottom.shape[2 + i]!)) {
    throw new TypeError(
      `its kernel is ${showShape(kernel)} with dilation ${showShape(dilation)}, but must fit its ` +
        `bottom ${showShape(bottom.shape)}`,
    );
  }
  const last = kernel.findLastIndex((size) => size > 1);
  return kernel.reduce((pooled, size, i) => {
    if (size === 1) return pooled;
    const of = i === last ? name : `${name}/axis${2 + i}`;
    const shifted = Array.from({ length: size }, (_, k) => {
      const start = k * dilation[i]!, end = (k + 1 - size) * dilation[i]!;
      return apply(graph, "slice", `${of}/from${start}`, [pooled], { axis: 2 + i, start, end });
    });
    return apply(graph, "eltwise", of, shifted, { operation: "max" });
  }, bottom);
}
