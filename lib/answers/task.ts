/**
 * Determines the task of a network from its graph: how its outputs are to be interpreted.
 *
 * @module
 */
import {
  givenInputs,
  type Graph,
  namedValues,
  type Node,
  type Value,
} from "../../runtime/graph.ts";
import { axisOf, count, type Shape, showShape } from "../../runtime/tensor.ts";
import { anchorDetectionOf } from "./anchors.ts";
import { boxDetectionOf } from "./decoded_boxes.ts";
import { beforeOps, type Producers, producersOf } from "./producers.ts";
import { regionDetectionOf } from "./regions.ts";
import { rowDetectionOf } from "./rows.ts";
import type { Classification, Detection, Rendering, Segmentation, Task } from "./task_kinds.ts";
import { isVector } from "./scores.ts";
import { yolo5DetectionOf } from "./yolo5_boxes.ts";
import { yoloMapsOf } from "./yolo_maps.ts";

/** The task of a network. */
export function taskOf(graph: Graph, labels: readonly string[] | null): Task {
  const detection = detectionOf(graph);
  if (detection !== undefined) return detection;
  const whole = classificationOf(graph, labels), pixels = segmentationOf(graph, labels);
  if (whole !== undefined && pixels !== undefined) {
    return evidenceOf(graph, pixels.blob, labels) > evidenceOf(graph, whole.blob, labels)
      ? pixels
      : whole;
  }
  return whole ?? renderingOf(graph, labels) ?? pixels ?? { kind: "other" };
}

/** How much speaks for an output being of classes: its shape alone, probabilities, or labels. */
function evidenceOf(graph: Graph, blob: string, labels: readonly string[] | null): number {
  const { value, last } = outputsOf(graph).find(({ name }) => name === blob)!;
  if (value.shape[1] === labels?.length) return 2;
  return last?.op === "softmax" || isArgMax(last) ? 1 : 0;
}

/**
 * The detection of a network: by a detection op, by regions, by anchors, by decoded boxes, or by
 * the maps of YOLO v5.
 */
export function detectionOf(graph: Graph): Detection | undefined {
  return rowDetectionOf(graph) ?? regionDetectionOf(graph) ?? anchorDetectionOf(graph) ??
    boxDetectionOf(graph) ?? yolo5DetectionOf(graph);
}

/**
 * The output with the classes of pixels. Of several, one with as many scores as there are labels is
 * preferred, then one with the classes themselves, then one with probabilities, then the largest.
 * There is none if nothing but the shapes of several speaks for it, and those are a detector's.
 */
export function segmentationOf(
  graph: Graph,
  labels: readonly string[] | null,
): Segmentation | undefined {
  const picture = pictureOf(graph);
  if (picture === undefined || yoloMapsOf(graph) !== undefined) return undefined;
  const producers = producersOf(graph);
  const maps = outputsOf(graph, producers).flatMap(({ name, value, last }) => {
    const { shape } = value;
    const isImage = shape.length === 4 && shape[0] === picture[0] &&
      Math.min(...shape.slice(2)) > 1;
    if (!isImage) return [];
    const isMap = isArgMax(last);
    if (!isMap && (shape[1]! < 2 || cannotBeScores(producers, last))) return [];
    const evidence = [
      !isMap && shape[1] === labels?.length,
      isMap,
      last?.op === "softmax" && last.output.shape[1] === shape[1],
    ];
    const rank = [...evidence.map(Number), shape[2]! * shape[3]!];
    return [{ name, isMap, hasEvidence: evidence.includes(true), rank, shape }];
  });
  const [best] = maps.sort((a, b) => compare(b.rank, a.rank));
  if (best === undefined) return undefined;
  if (!best.hasEvidence && areHeads(maps.map(({ shape }) => shape))) return undefined;
  return { kind: "segmentation", blob: best.name, isMap: best.isMap };
}

/**
 * Whether maps are those of a detector's heads: of several sizes, and at each size with different
 * numbers of channels, such as scores beside boxes.
 */
function areHeads(shapes: readonly Shape[]): boolean {
  const bySize = Map.groupBy(shapes, (shape) => showShape(shape.slice(2)));
  return bySize.size > 1 &&
    [...bySize.values()].every((group) => new Set(group.map(([, channels]) => channels)).size > 1);
}

/**
 * The segmentation by a given blob.
 *
 * @throws {TypeError} if the network has no such blob, or its shape is not that of classes of pixels.
 */
export function segmentationBy(graph: Graph, blob: string): Segmentation {
  const value = namedValues(graph).get(blob), shape = value?.shape;
  const isMap = isArgMax(beforeOps(producersOf(graph), value, spatialOps));
  if (shape?.length === 4 && (isMap || shape[1]! > 1)) return { kind: "segmentation", blob, isMap };
  const expected =
    "a score for each class is needed, [N, C, H, W], or the class itself, [N, 1, H, W]";
  throw unsuitable("segment", blob, shape, expected);
}

/**
 * The output with the scores of classes. Of several, one with as many scores as there are labels is
 * preferred, then one with probabilities, then the one computed last: earlier ones may be those of
 * auxiliary classifiers for training, others may be coordinates.
 */
export function classificationOf(
  graph: Graph,
  labels: readonly string[] | null,
): Classification | undefined {
  const order = new Map(graph.nodes.map(({ output }, i) => [output, i]));
  const scores = scoresOf(graph).map(({ name, value, last }) => {
    const isSoftmax = last?.op === "softmax";
    const rank = [value.shape[1] === labels?.length, isSoftmax, order.get(value)].map(Number);
    return { name, rank };
  });
  const [best] = scores.sort((a, b) => compare(b.rank, a.rank));
  return best && { kind: "classification", blob: best.name };
}

/**
 * The classification by a given blob.
 *
 * @throws {TypeError} if the network has no such blob, or its shape is not that of scores.
 */
export function classificationBy(graph: Graph, blob: string): Classification {
  const shape = namedValues(graph).get(blob)?.shape;
  if (shape !== undefined && isVector(shape)) return { kind: "classification", blob };
  throw unsuitable("classify", blob, shape, "a score for each class is needed, [N, C]");
}

/**
 * The outputs that may be scores: computed vectors, one per sample, other than label sequences and
 * the probabilities of several choices.
 */
export function scoresOf(graph: Graph): readonly OutputOf[] {
  const batch = graph.inputs[0]?.shape[0];
  return outputsOf(graph).filter(({ value: { shape }, last }) =>
    shape[0] === batch && isVector(shape) && last !== undefined && last.op !== "ctcGreedy" &&
    !(last.op === "softmax" && choicesOf(last) < shape[1]!)
  );
}

/** The number of probabilities that add up to 1. */
function choicesOf({ attributes, output: { shape } }: Node<"softmax">): number {
  return shape[axisOf(attributes.axis, shape.length)]!;
}

/**
 * The rendering by the only output, if it may be a picture: a grey one, or a coloured one that is not
 * smaller than the input.
 */
function renderingOf(graph: Graph, labels: readonly string[] | null): Rendering | undefined {
  const picture = pictureOf(graph), [only, ...others] = outputsOf(graph);
  if (picture === undefined || only === undefined || others.length > 0 || labels !== null) {
    return undefined;
  }
  if (!mayBePicture(only)) return undefined;
  const { name, value: { shape } } = only;
  const isLarge = shape[2]! >= picture[2]! && shape[3]! >= picture[3]!;
  return shape[1] === 3 && !isLarge ? undefined : { kind: "rendering", blob: name };
}

/**
 * The rendering by a given blob.
 *
 * @throws {TypeError} if the network has no such blob, or its shape is not that of a picture.
 */
export function renderingBy(graph: Graph, blob: string): Rendering {
  const shape = namedValues(graph).get(blob)?.shape;
  if (shape !== undefined && isPicture(shape)) return { kind: "rendering", blob };
  throw unsuitable("render", blob, shape, "a picture is needed, [N, 3, H, W] or [N, 1, H, W]");
}

/** The outputs that may be pictures. */
export function picturesIn(graph: Graph): readonly string[] {
  return outputsOf(graph).filter(mayBePicture).map(({ name }) => name);
}

/** Whether an output may be a picture: it has a suitable shape, and is not of classes. */
function mayBePicture({ value, last }: OutputOf): boolean {
  return isPicture(value.shape) && last?.op !== "softmax" && !isArgMax(last);
}

/** Whether a shape is that of pictures of more than one pixel. */
function isPicture(shape: Shape): boolean {
  return shape.length === 4 && (shape[1] === 3 || shape[1] === 1) && count(shape.slice(2)) > 1;
}

/** The error for a blob that is not suitable for an action. */
function unsuitable(action: string, blob: string, shape: Shape | undefined, expected: string) {
  const state = shape === undefined ? "the network has no such blob" : `it is ${showShape(shape)}`;
  return new TypeError(`Cannot ${action} by "${blob}": ${state}, but ${expected}`);
}

/** The shape of the only input, if that is an image. */
function pictureOf(graph: Graph): Shape | undefined {
  const [input, ...others] = givenInputs(graph);
  return others.length === 0 && input?.shape.length === 4 ? input.shape : undefined;
}

/** An output and its origin. */
interface OutputOf {
  readonly name: string;
  readonly value: Value;
  /** The node before all spatial ops that lead to it. */
  readonly last: Node | undefined;
}

function outputsOf(graph: Graph, producers = producersOf(graph)): OutputOf[] {
  const values = namedValues(graph);
  return graph.outputs.map((name) => {
    const value = values.get(name)!;
    return { name, value, last: beforeOps(producers, value, spatialOps) };
  });
}

/** The possible numbers of labels for a network; none if unknown. */
export function labelCounts(graph: Graph, task: Task): readonly number[] {
  if (task.kind === "detection") {
    const { classes, hasBackground } = task;
    return hasBackground ? [classes, classes - 1] : [classes];
  }
  if (task.kind !== "segmentation" || task.isMap) return [];
  return [namedValues(graph).get(task.blob)!.shape[1]!];
}

/** Ops that move or resize pixels, without changing the meaning of their channels. */
const spatialOps: readonly string[] = [
  "crop",
  "interp",
  "resample",
  "upsample",
  "reshape",
  "slice",
];

/** Whether a node computes the class of each pixel. */
function isArgMax(node: Node | undefined): boolean {
  if (node?.op !== "argMax") return false;
  const { axis, top, result } = node.attributes;
  return (axis === 1 || axis === -3) && top === 1 && result === "index";
}

/**
 * Whether channels cannot be scores of classes: those of concatenated branches, and weighted means over
 * probabilities, such as colours predicted from bins.
 */
function cannotBeScores(producers: Producers, node: Node | undefined): boolean {
  if (node?.op === "concat") {
    const { output: { shape }, inputs: [first] } = node;
    return shape.length !== 4 || shape[1] !== first!.shape[1];
  }
  if (node?.op !== "conv2d") return false;
  return beforeOps(producers, node.inputs[0], ["affine"])?.op === "softmax";
}

/** Compares lists lexicographically. */
function compare(a: readonly number[], b: readonly number[]): number {
  const i = a.findIndex((x, i) => x !== b[i]);
  return i === -1 ? 0 : a[i]! - b[i]!;
}
