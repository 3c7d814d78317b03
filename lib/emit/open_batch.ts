/**
 * Exports with a dynamic batch: an extent that changes when the inputs have one more sample is dynamic,
 * which is written −1.
 *
 * @module
 */
import { type Graph, withInputShapes } from "../../runtime/graph.ts";
import type { OpName } from "../../runtime/ops/mod.ts";
import { sameShape, type Shape } from "../../runtime/tensor.ts";

/** Thrown where a graph for any batch cannot be written, but one for a known batch could be. */
export class BatchMatters extends Error {}

/**
 * Exports a network for any batch, or where that cannot be written for the one that it has.
 *
 * @param make Is given the network, a second one whose shapes differ from it where they are open, and
 * whether there is no other way.
 * @param other The second one where the batch is known.
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

/** The network for one sample more, or `undefined` if it takes no other batch. */
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

/** Ops that reckon with the extents of an image, which samples may have become by a Permute. */
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

/** The extents, with −1 for those that another batch changes. */
export function openShape(shape: Shape, larger: Shape): Shape {
  if (sameShape(shape, larger)) return shape;
  return shape.map((extent, axis) => extent === larger[axis] ? extent : -1);
}

/** An extent that must not depend on the batch. */
export function fixed(extent: number): number {
  if (extent === -1) throw new BatchMatters();
  return extent;
}

/**
 * Sees to it that an op which reckons with the extents of images gets images of known extents.
 *
 * @param shapes Of its inputs.
 */
export function expectImages(op: OpName, shapes: readonly Shape[]): void {
  if (windowed.has(op) && shapes.some((shape) => shape.includes(-1, 1))) throw new BatchMatters();
}
