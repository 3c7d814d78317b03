/**
 * Tells by the graph what a network is for: what its outputs mean for people.
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
import { count, type Shape, showShape } from "../../runtime/tensor.ts";
import { beforeOps, type Producers, producersOf } from "./producers.ts";
import { regionsOf } from "./regions.ts";
import type { Classification, Detection, Rendering, Segmentation, Task } from "./task_kinds.ts";
import { isVector } from "../scores.ts";

/** What a network is for, as far as its graph tells it. */
export function taskOf(graph: Graph, labels: readonly string[] | null): Task {
  return detectionOf(graph) ??
    classificationOf(graph, labels) ??
    renderingOf(graph, labels) ??
    segmentationOf(graph, labels) ??
    { kind: "other" };
}

/** The boxes that a network finds, if it ends in an op that gives some or looks at regions. */
export function detectionOf(graph: Graph): Detection | undefined {
  const kind = "detection", form = "rows";
  for (const { name: output, node } of outputsOf(graph)) {
    if (node?.op === "detectionOutput") {
      const { classes, background } = node.attributes, hasBackground = background === 0;
      return { kind, form, output, classes, hasBackground, tellsImages: true };
    }
    if (node?.op === "yoloOutput") {
      const classes = node.attributes.classes + 1;
      return { kind, form, output, classes, hasBackground: true, tellsImages: false };
    }
  }
  return regionsOf(graph);
}

/**
 * The blob with the classes of places: of several outputs the one with as many scores as there are
 * labels, else one with the classes themselves, else with probabilities, else the largest.
 */
export function segmentationOf(
  graph: Graph,
  labels: readonly string[] | null,
): Segmentation | undefined {
  const picture = pictureOf(graph);
  if (picture === undefined) return undefined;
  const producers = producersOf(graph);
  const maps = outputsOf(graph, producers).flatMap(({ name, value, last }) => {
    const { shape } = value;
    const isImage = shape.length === 4 && shape[0] === picture[0] &&
      Math.min(...shape.slice(2)) > 1;
    if (!isImage) return [];
    const isMap = isArgMax(last);
    if (!isMap && (shape[1]! < 2 || isNoScore(producers, last))) return [];
    const rank = [
      !isMap && shape[1] === labels?.length,
      isMap,
      last?.op === "softmax",
      shape[2]! * shape[3]!,
    ].map(Number);
    return [{ name, isMap, rank }];
  });
  const [best] = maps.sort((a, b) => compare(b.rank, a.rank));
  return best && { kind: "segmentation", blob: best.name, isMap: best.isMap };
}

/**
 * What a blob that somebody names says of places.
 *
 * @throws {TypeError} if it is no value of the network, or says nothing of classes.
 */
export function segmentationBy(graph: Graph, blob: string): Segmentation {
  const value = namedValues(graph).get(blob), shape = value?.shape;
  const isMap = isArgMax(beforeOps(producersOf(graph), value, moves));
  if (shape?.length === 4 && (isMap || shape[1]! > 1)) return { kind: "segmentation", blob, isMap };
  const needed =
    "a score for each class is needed, [N, C, H, W], or the class itself, [N, 1, H, W]";
  throw unsuited("segment", blob, shape, needed);
}

/**
 * The blob with the scores of classes: of several outputs one with as many as there are labels, else
 * one with probabilities; of these the last that the network computes. Those before it may come from
 * classifiers that only help in training, and others say where something is.
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
 * What a blob that somebody names says of pictures.
 *
 * @throws {TypeError} if it is no value of the network, or no number a class.
 */
export function classificationBy(graph: Graph, blob: string): Classification {
  const shape = namedValues(graph).get(blob)?.shape;
  if (shape !== undefined && isVector(shape)) return { kind: "classification", blob };
  throw unsuited("classify", blob, shape, "a score for each class is needed, [N, C]");
}

/** The outputs that may be scores: a vector a sample, computed, and no sequence of labels. */
export function scoresOf(graph: Graph): readonly OutputOf[] {
  const batch = graph.inputs[0]?.shape[0];
  return outputsOf(graph).filter(({ value: { shape }, last }) =>
    shape[0] === batch && isVector(shape) && last !== undefined && last.op !== "ctcGreedy"
  );
}

/**
 * The only output, where it is a picture in colours as large as the input or larger, or in greys, and
 * no scores.
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
 * What a blob that somebody names looks like.
 *
 * @throws {TypeError} if it is no value of the network, or no picture.
 */
export function renderingBy(graph: Graph, blob: string): Rendering {
  const shape = namedValues(graph).get(blob)?.shape;
  if (shape !== undefined && isPicture(shape)) return { kind: "rendering", blob };
  throw unsuited("render", blob, shape, "a picture is needed, [N, 3, H, W] or [N, 1, H, W]");
}

/** The outputs that may be pictures. */
export function picturesIn(graph: Graph): readonly string[] {
  return outputsOf(graph).filter(mayBePicture).map(({ name }) => name);
}

/** Whether an output may be one: it tells no classes. */
function mayBePicture({ value, last }: OutputOf): boolean {
  return isPicture(value.shape) && last?.op !== "softmax" && !isArgMax(last);
}

/** Whether a shape may be that of pictures, of more than one pixel. */
function isPicture(shape: Shape): boolean {
  return shape.length === 4 && (shape[1] === 3 || shape[1] === 1) && count(shape.slice(2)) > 1;
}

/** Why a blob cannot be used as somebody wants it to be. */
function unsuited(action: string, blob: string, shape: Shape | undefined, needed: string) {
  const state = shape === undefined ? "the network has no such blob" : `it is ${showShape(shape)}`;
  return new TypeError(`Cannot ${action} by "${blob}": ${state}, but ${needed}`);
}

/** The shape of the only input, if that is an image. */
function pictureOf(graph: Graph): Shape | undefined {
  const [input, ...others] = givenInputs(graph);
  return others.length === 0 && input?.shape.length === 4 ? input.shape : undefined;
}

/** An output, and where it comes from. */
interface OutputOf {
  readonly name: string;
  readonly value: Value;
  /** The node that gives it. */
  readonly node: Node | undefined;
  /** The last one that does more than to move what it gets. */
  readonly last: Node | undefined;
}

function outputsOf(graph: Graph, producers = producersOf(graph)): OutputOf[] {
  const values = namedValues(graph);
  return graph.outputs.map((name) => {
    const value = values.get(name)!, last = beforeOps(producers, value, moves);
    return { name, value, node: producers.get(value), last };
  });
}

/** How many names of classes a network may be given; none, if that is not known. */
export function labelCounts(graph: Graph, task: Task): readonly number[] {
  if (task.kind === "detection") {
    const { classes, hasBackground } = task;
    return hasBackground ? [classes, classes - 1] : [classes];
  }
  if (task.kind !== "segmentation" || task.isMap) return [];
  return [namedValues(graph).get(task.blob)!.shape[1]!];
}

/** Ops that bring what is said of places to other places, and change nothing of it. */
const moves: readonly string[] = ["crop", "interp", "resample", "upsample", "reshape", "slice"];

/** Whether a node gives the class of each place. */
function isArgMax(node: Node | undefined): boolean {
  if (node?.op !== "argMax") return false;
  const { axis, top, result } = node.attributes;
  return (axis === 1 || axis === -3) && top === 1 && result === "index";
}

/**
 * Whether channels are surely no classes of one list: what is joined of several branches, and what is
 * mixed of probabilities, as colours are of the bins that they fall in.
 */
function isNoScore(producers: Producers, node: Node | undefined): boolean {
  if (node?.op === "concat") {
    const { output: { shape }, inputs: [first] } = node;
    return shape.length !== 4 || shape[1] !== first!.shape[1];
  }
  if (node?.op !== "conv2d") return false;
  return beforeOps(producers, node.inputs[0], ["affine"])?.op === "softmax";
}

/** Compares lists number by number. */
function compare(a: readonly number[], b: readonly number[]): number {
  const i = a.findIndex((x, i) => x !== b[i]);
  return i === -1 ? 0 : a[i]! - b[i]!;
}
