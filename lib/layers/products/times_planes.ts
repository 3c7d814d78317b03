/**
 * Multiplies each channel of each sample by a factor, or all channels by one plane of factors.
 *
 * @module
 */
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { count, sameShape } from "../../../runtime/tensor.ts";
import { apply } from "../layer.ts";

/**
 * The product of images `[N, C, H, W]` and factors `[N, C]` or `[N, C, 1, 1]`; `undefined` if the
 * factors have another shape.
 *
 * @param as The name of the reshaped factors.
 */
export function timesPlanes(
  graph: GraphBuilder,
  name: string,
  image: Value,
  factors: Value,
  as: string,
): Value | undefined {
  const planes = image.shape.slice(0, 2), { shape } = factors;
  if (!sameShape(shape.slice(0, 2), planes) || count(shape) !== count(planes)) return undefined;
  const flat = sameShape(shape, planes)
    ? factors
    : apply(graph, "reshape", as, [factors], { shape: [], axis: 2 });
  return apply(graph, "affine", name, [image, flat], { axis: 0, terms: "scale" });
}

/**
 * The product of a value `[N, C, …]` and one channel `[N, 1, …]`.
 *
 * @param as The name of the channel that is repeated.
 */
export function timesChannel(
  graph: GraphBuilder,
  name: string,
  value: Value,
  channel: Value,
  as: string,
): Value {
  const tiled = apply(graph, "tile", as, [channel], { tiles: value.shape[1]! });
  return apply(graph, "eltwise", name, [value, tiled], { operation: "product" });
}
