/**
 * The axes of bottoms in V1 files. Caffe of that time knew only blobs with four axes, of which
 * InnerProduct left two with an extent of 1; today it has two.
 *
 * @module
 */
import type { GraphBuilder, Value } from "../../runtime/graph.ts";
import type { NetLayer } from "../caffe/net.ts";
import { apply } from "./layer.ts";

/**
 * The bottoms of a layer that wants equally many axes: in V1 files, axes of 1 behind those of the
 * first bottom are dropped, and missing ones are added.
 */
export function withAxesOfFirst(
  graph: GraphBuilder,
  { name, isV1 }: NetLayer,
  bottoms: readonly Value[],
): readonly Value[] {
  return isV1 ? asManyAxes(graph, name, bottoms) : bottoms;
}

/** Values with as many axes as the first, where axes of 1 behind the others make the difference. */
export function asManyAxes(
  graph: GraphBuilder,
  name: string,
  values: readonly Value[],
): readonly Value[] {
  const rank = values[0]!.shape.length;
  return values.map((value, i) => {
    const missing = rank - value.shape.length, behind = value.shape.slice(rank);
    if (missing === 0 || behind.some((extent) => extent !== 1)) return value;
    const shape = new Array<number>(Math.max(missing, 0)).fill(1);
    const axis = Math.min(rank, value.shape.length);
    return apply(graph, "reshape", `${name}/axes${i}`, [value], {
      shape,
      axis,
      numAxes: behind.length,
    });
  });
}
