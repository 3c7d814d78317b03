/**
 * Exports with a dynamic batch. An extent is dynamic, written −1, if it changes when the inputs have
 * one more sample.
 *
 * @module
 */
import { type Graph, withInputShapes } from "../../runtime/graph.ts";
import type { OpName } from "../../runtime/ops/mod.ts";
import { sameShape, type Shape } from "../../runtime/tensor.ts";

/** Thrown if an op cannot be exported for a dynamic batch, but perhaps for a fixed one. */
export class BatchMatters extends Error {}

/**
 * Exports a network with a dynamic batch, or with its fixed one if that is impossible.
 *
 * @param make Exports the network. Extents that differ from those of the second network are dynamic.
 * `isLast` tells that there is no further attempt.
 * @param other The second network for a fixed batch.
 */
export function forAnyBatch<Made>(
  graph: Graph,
  make: (graph: Graph, other: Graph, isLast: boolean) => Made,
  other: Graph = graph,
): Made {
  const larger = withLargerBatch(graph);
  if (larger !== undefined) {
    try {
      return make(graph, larger, false);
    } catch (error) {
      if (!(error instanceof BatchMatters)) throw error;
    }
  }
  return make(graph, other, true);
}

/** The network for one more sample, or `undefined` if its batch is fixed. */
function withLargerBatch(graph: Graph): Graph | undefined {
  const shapes = graph.inputs.map(({ name, shape }) => {
    const [batch, ...sample] = shape;
    return [name, batch === undefined ? shape : [batch + 1, ...sample]] as const;
  });
  try {
    return withInputShapes(graph, new Map(shapes));
  } catch {
    return undefined;
  }
}

/** Ops whose windows depend on the extents of images; a Permute may have made the batch one of them. */
const windowed: ReadonlySet<string> = new Set<OpName>([
  "conv2d",
  "conv3d",
  "correlation",
  "deconv2d",
  "downsample",
  "flowWarp",
  "im2col",
  "interp",
  "lrn",
  "pool2d",
  "priorBox",
  "reorg",
  "resample",
  "upsample",
]);

/** The extents, with −1 for those that differ in the second network. */
export function openShape(shape: Shape, other: Shape): Shape {
  if (sameShape(shape, other)) return shape;
  return shape.map((extent, axis) => extent === other[axis] ? extent : -1);
}

/** An extent that must not depend on the batch. */
export function fixed(extent: number): number {
  if (extent === -1) throw new BatchMatters();
  return extent;
}

/**
 * Checks that the images of an op with windows have known extents.
 *
 * @param shapes The shapes of its inputs.
 */
export function expectImages(op: OpName, shapes: readonly Shape[]): void {
  if (windowed.has(op) && shapes.some((shape) => shape.includes(-1, 1))) throw new BatchMatters();
}
