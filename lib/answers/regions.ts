/**
 * The boxes of two-stage detectors such as Faster R-CNN and R-FCN. The network outputs regions, scores
 * and bounding-box deltas; the original programs decode them outside the network.
 *
 * @see https://github.com/rbgirshick/py-faster-rcnn, whose test.py this follows
 * @module
 */
import { givenInputs, type Graph, namedValues, type Value } from "../../runtime/graph.ts";
import type { Pair } from "../../runtime/ops/attribute.ts";
import type { Box } from "../../runtime/ops/boxes.ts";
import { roundToEven } from "../../runtime/ops/round.ts";
import {
  type Image,
  preprocess,
  type Preprocessing,
  resizedSize,
} from "../../runtime/preprocess.ts";
import { resizeBilinear } from "../../runtime/resize.ts";
import { count, type Shape4, type Tensor } from "../../runtime/tensor.ts";
import { type DetectorRun, type FoundBox, labelOf } from "./boxes.ts";
import { bestOfClasses, clipped } from "./candidates.ts";
import { boxWithin, whole } from "./part.ts";
import { beforeOps, type Producers, producersOf } from "./producers.ts";
import type { RegionDetection } from "./task_kinds.ts";

/** The default score threshold. */
const defaultThreshold = 0.05;

/** The IoU threshold of non-maximum suppression. */
const iouThreshold = 0.3;

/** The detection of a region-based network whose only inputs are a picture and its `im_info`. */
export function regionDetectionOf(graph: Graph): RegionDetection | undefined {
  const [picture, info, ...others] = givenInputs(graph);
  const proposal = graph.nodes.find(({ op }) => op === "proposal");
  if (info === undefined || others.length > 0 || proposal === undefined) return undefined;
  if (
    picture!.shape.length !== 4 || picture!.shape[0] !== 1 || ![3, 6].includes(count(info.shape))
  ) {
    return undefined;
  }
  const producers = producersOf(graph), values = namedValues(graph);
  if (wholeOf(producers, proposal.inputs[2]!) !== info) return undefined;
  const [maxRegions] = proposal.output.shape;
  const [regions] = [...values].find(([, value]) => value === proposal.output) ?? [];
  const tables = graph.outputs.flatMap((name) => {
    const value = values.get(name)!, [rows, columns] = value.shape;
    if (rows !== maxRegions || columns !== count(value.shape.slice(1))) return [];
    return [{
      name,
      columns,
      areProbabilities: beforeOps(producers, value, ["reshape"])?.op === "softmax",
    }];
  });
  const scores = tables.find(({ areProbabilities }) => areProbabilities);
  if (regions === undefined || scores === undefined) return undefined;
  const deltas = tables.find(({ columns }) => columns === 4 * scores.columns! || columns === 8);
  if (deltas === undefined) return undefined;
  return {
    kind: "detection",
    form: "regions",
    picture: picture!,
    info,
    classes: scores.columns!,
    hasBackground: true,
    regions,
    scores: scores.name,
    deltas: deltas.name,
  };
}

/** The value that another one is a part of, or is put together from, first of all. */
function wholeOf(producers: Producers, value: Value): Value {
  const node = producers.get(value);
  if (node === undefined || !["concat", "reshape", "slice"].includes(node.op)) return value;
  return wholeOf(producers, node.inputs[0]!);
}

/** The height and width to which a picture is resized, and the factors of both. */
interface Resized {
  readonly size: Pair;
  readonly scales: Pair;
}

/**
 * The size to which a picture is resized: that of the preprocessing, or the largest that keeps the
 * aspect ratio and exceeds neither the shorter nor the longer side of the network's input. Both sides
 * are multiplied by one factor, and rounded afterwards. For PVANet, whose `im_info` has six numbers,
 * they are rounded down to multiples of 32, and have factors of their own.
 */
function resizedFor(
  image: Pair,
  preprocessing: Preprocessing,
  { picture, info }: RegionDetection,
): Resized {
  const [, , ...input] = picture.shape as Shape4;
  if (preprocessing.crop !== null) {
    throw new TypeError(
      "Cannot prepare the image: its preprocessing crops it, but region detectors need the whole one",
    );
  }
  if (preprocessing.resize !== null) {
    return exactly(image, resizedSize(image, preprocessing, input));
  }
  const [short, long] = [Math.min(...image), Math.max(...image)];
  let scale = Math.min(...input) / short;
  if (roundToEven(long * scale) > Math.max(...input)) scale = Math.max(...input) / long;
  const [height, width] = [image[0] * scale, image[1] * scale];
  if (hasTwoScales(info)) {
    const multiple = (extent: number) => Math.max(1, Math.floor(extent / 32)) * 32;
    return exactly(image, [multiple(height), multiple(width)]);
  }
  const rounded = (extent: number) => Math.max(1, roundToEven(extent));
  return { size: [rounded(height), rounded(width)], scales: [scale, scale] };
}

/** The resizing to exactly a size. */
function exactly(image: Pair, size: Pair): Resized {
  return { size, scales: [size[0] / image[0], size[1] / image[1]] };
}

/** Whether the scales of width and height, twice, follow height and width, as in PVANet. */
function hasTwoScales({ shape }: Value): boolean {
  return count(shape) === 6;
}

/**
 * The inputs of the network for a picture: its pixels, and its height, width and scale. Bytes are
 * resized, where py-faster-rcnn resizes floats: the results are less than 1 apart.
 *
 * @throws {TypeError} if the picture cannot be prepared.
 */
export function inputsFor(
  image: Image,
  preprocessing: Preprocessing,
  detection: RegionDetection,
): Record<string, Tensor> {
  const { picture, info } = detection;
  const whole = [image.height, image.width] as const;
  const { size, scales: [down, across] } = resizedFor(whole, preprocessing, detection);
  const [height, width] = size, shape = [picture.shape[1]!, height, width];
  const pixels = resizeBilinear(image.data, 4, whole, size, [down, across]);
  const resized = { width, height, data: pixels };
  const data = preprocess(resized, { ...preprocessing, resize: null }, shape);
  const scales = hasTwoScales(info) ? [across, down, across, down] : [down];
  return {
    [picture.name]: { shape: [1, ...shape], data },
    [info.name]: { shape: info.shape, data: Float32Array.of(...size, ...scales) },
  };
}

/**
 * The boxes in a picture, in descending order of their scores.
 *
 * @param threshold The score threshold if it is below the default: it does not raise that.
 */
export function boxesInRegions(
  detection: RegionDetection,
  { outputs, labels, preprocessing, size }: Pick<
    DetectorRun,
    "outputs" | "labels" | "preprocessing" | "size"
  >,
  threshold: number = defaultThreshold,
): FoundBox[] {
  const { scales: [down, across] } = resizedFor(size, preprocessing!, detection);
  const [regions, scores, deltas] = [detection.regions, detection.scores, detection.deltas]
    .map((name) => outputs[name]!) as [Tensor, Tensor, Tensor];
  const { classes } = detection;
  const [rows, columns, deltaColumns] = [scores.shape[0]!, regions.shape[1]!, deltas.shape[1]!];
  const regionAt = (row: number): Box => {
    const [, left, top, right, bottom] = regions.data.subarray(row * columns);
    return [left! / across, top! / down, right! / across, bottom! / down];
  };
  const found = bestOfClasses(classes, iouThreshold, (index) => {
    // A box that all classes share follows that of the background.
    const column = deltaColumns === 4 * classes ? 4 * index : 4;
    return Array.from({ length: rows }, (_, row) => ({
      score: scores.data[row * classes + index]!,
      row,
    }))
      .filter(({ score }) => score > defaultThreshold || score >= threshold)
      .map(({ score, row }) => {
        const delta = deltas.data.subarray(row * deltaColumns + column);
        return { score, box: clipped(decoded(regionAt(row), delta), size) };
      });
  });
  return found.map(({ index, score, box }) => ({
    index,
    label: labelOf(index, detection, labels),
    score,
    ...boxWithin(box, size, whole),
  }));
}

/** A region with bounding-box deltas applied; regions include their last row and column. */
function decoded([left, top, right, bottom]: Box, delta: Float32Array): Box {
  const width = right - left + 1, height = bottom - top + 1;
  const x = left + width / 2 + delta[0]! * width, y = top + height / 2 + delta[1]! * height;
  const w = Math.exp(delta[2]!) * width, h = Math.exp(delta[3]!) * height;
  return [x - w / 2, y - h / 2, x + w / 2, y + h / 2];
}
