/**
 * The selection of the best boxes, by the op that selects SSD's detections.
 *
 * @module
 */
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import type { OpName } from "../../../runtime/ops/mod.ts";
import { apply } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";

/** The ops of {@linkcode bestBoxes} and {@linkcode columnsOf}. */
export const bestBoxesOps: readonly OpName[] = [
  "affine",
  "concat",
  "dense",
  "detectionOutput",
  "power",
  "reshape",
  "slice",
];

/** Boxes and their scores. */
export interface ScoredBoxes {
  /** `[N, boxes]`. */
  readonly scores: Value;
  /** `[N, boxes, 4]`: two corners; or `[N, boxes, 12]`, with eight more numbers of each box. */
  readonly boxes: Value;
}

/** How boxes are selected. */
export interface Selection {
  /** The score that a box must exceed. */
  readonly confidence: number;
  /** The largest IoU of two boxes. */
  readonly overlap: number;
  /** The most boxes before and after suppression; 0 for all. */
  readonly top: number;
  readonly keep: number;
  /** Whether boxes include their last column and row, as those with more numbers have to. */
  readonly inclusive: boolean;
}

/**
 * The best boxes in descending order of their scores, to be read by {@linkcode columnsOf}. If nothing
 * is found, there is one row for each image.
 */
export function bestBoxes(
  graph: GraphBuilder,
  name: string,
  { scores, boxes }: ScoredBoxes,
  { confidence, overlap, top, keep, inclusive }: Selection,
): Value {
  const polygon = boxes.shape[2] === 12;
  const nodes = new LayerNodes(graph, name);
  const first = nodes.slice("first", boxes, 0, 0, 1);
  const four = nodes.slice("first boxes", first, 2, 0, 4);
  const zeros = nodes.add("power", "zeros", [four], { scale: 0 });
  // Locations are what is added to priors, and the further numbers are multiplied by their extents.
  const rows = [[0, 0, 1, 1], [1, 1, 1, 1]].map((numbers, i) => {
    if (!inclusive) return zeros;
    const offset = nodes.numbers(`priors/${i}/offset`, numbers);
    return nodes.add("affine", `priors/${i}`, [zeros, offset], { axis: 2, terms: "offset" });
  });
  const priors = nodes.reshape("priors", nodes.add("concat", "both", rows, { axis: 0 }), [
    1,
    2,
    -1,
  ]);
  const found = nodes.add("detectionOutput", "found", [boxes, scores, priors], {
    classes: 1,
    background: -1,
    varianceEncoded: true,
    polygon,
    confidence,
    overlap,
    top: top || -1,
    keep: keep || -1,
  });
  return nodes.reshape("found/rows", found, [-1, polygon ? 15 : 7]);
}

/** Columns of the best boxes: the image, the score, the corners, and what more numbers there are. */
export const columns = { image: 0, score: 2, corners: [3, 4, 5, 6] } as const;

/** A column of a table: one of the best boxes, and the number that it has if nothing is found. */
export type Column = readonly [from: number, without: number];

/** A table `[found, columns]` of the best boxes. */
export function columnsOf(
  graph: GraphBuilder,
  name: string,
  found: Value,
  order: readonly Column[],
  inclusive: boolean,
): Value {
  const wide = found.shape[1]!;
  const weights = new Float32Array(order.length * wide), biases = new Float32Array(order.length);
  order.forEach(([from, without], i) => {
    if (inclusive && beyond.includes(from)) biases[i] = -1;
    weights[i * wide + from] = 1;
    // Where nothing is found, all columns are −1 but the image; elsewhere the second is 0.
    weights[i * wide + 1] = (from === columns.image ? 0 : -1) + biases[i]! - without;
  });
  return apply(graph, "dense", name, [
    found,
    graph.constant(`${name}/order`, { shape: [order.length, wide], data: weights }),
    graph.constant(`${name}/less`, { shape: [order.length], data: biases }),
  ], { output: order.length });
}

/** The columns that inclusive priors add 1 to. */
const beyond = [5, 6, 9, 11, 12, 14];
