/**
 * The boxes of two-stage detectors such as Faster R-CNN and R-FCN. The network outputs regions, scores
 * and bounding-box deltas; the original programs decode them outside the network.
 *
 * @see https://github.com/rbgirshick/py-faster-rcnn, whose test.py this follows
 * @module
 */
import { givenInputs, type Graph, namedValues, type Value } from "../../runtime/graph.ts";
import type { Pair } from "../../runtime/ops/attribute.ts";
import { type Box, overlap, suppress } from "../../runtime/ops/boxes.ts";
import { roundToEven } from "../../runtime/ops/round.ts";
import {
  type Image,
  preprocess,
  type Preprocessing,
  resizedSize,
} from "../../runtime/preprocess.ts";
import { count, type Tensor } from "../../runtime/tensor.ts";
import { type FoundBox, labelOf } from "./boxes.ts";
import { beforeOps, producersOf } from "./producers.ts";
import type { RegionDetection } from "./task_kinds.ts";

/** The default score threshold. */
const defaultThreshold = 0.05;

/** The IoU threshold of non-maximum suppression. */
const iouThreshold = 0.3;

/** The detection of a region-based network whose only inputs are a picture and its `im_info`. */
export function regionsOf(graph: Graph): RegionDetection | undefined {
  const [picture, info, ...others] = givenInputs(graph);
  const proposal = graph.nodes.find(({ op }) => op === "proposal");
  if (info === undefined || others.length > 0 || proposal?.inputs[2] !== info) return undefined;
  if (
    picture!.shape.length !== 4 || picture!.shape[0] !== 1 || ![3, 6].includes(count(info.shape))
  ) {
    return undefined;
  }
  const producers = producersOf(graph), values = namedValues(graph);
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
  const deltas = tables.find(({ columns }) => columns === 4 * scores?.columns! || columns === 8);
  if (regions === undefined || scores === undefined || deltas === undefined) return undefined;
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

/**
 * The height and width to which a picture is resized: those of the preprocessing, or the largest that
 * keep the aspect ratio and exceed neither the shorter nor the longer side of the network's input.
 * For PVANet, whose `im_info` has six numbers, they are rounded down to multiples of 32.
 */
function inputSizeOf(
  image: Pair,
  preprocessing: Preprocessing,
  { picture, info }: RegionDetection,
): Pair {
  const [, , ...input] = picture.shape as readonly [number, number, number, number];
  if (preprocessing.crop !== null) {
    throw new TypeError(
      "Cannot prepare the image: its preprocessing crops it, but region detectors need the whole one",
    );
  }
  if (preprocessing.resize !== null) return resizedSize(image, preprocessing, input);
  const scale = Math.min(
    Math.min(...input) / Math.min(...image),
    Math.max(...input) / Math.max(...image),
  );
  const scaled = (extent: number) =>
    hasTwoScales(info)
      ? Math.max(1, Math.floor(extent * scale / 32)) * 32
      : Math.max(1, roundToEven(extent * scale));
  return [scaled(image[0]), scaled(image[1])];
}

/** Whether the scales of width and height, twice, follow height and width, as in PVANet. */
function hasTwoScales({ shape }: Value): boolean {
  return count(shape) === 6;
}

/**
 * The inputs of the network for a picture: its pixels, and its height, width and scale.
 *
 * @throws {TypeError} if the picture cannot be prepared.
 */
export function inputsFor(
  image: Image,
  preprocessing: Preprocessing,
  detection: RegionDetection,
): Record<string, Tensor> {
  const { picture, info } = detection;
  const size = [image.height, image.width] as const;
  const resized = inputSizeOf(size, preprocessing, detection);
  const shape = [picture.shape[1]!, ...resized];
  const data = preprocess(image, { ...preprocessing, resize: { exact: resized } }, shape);
  const down = resized[0] / size[0], across = resized[1] / size[1];
  const scales = hasTwoScales(info) ? [across, down, across, down] : [down];
  return {
    [picture.name]: { shape: [1, ...shape], data },
    [info.name]: { shape: info.shape, data: Float32Array.of(...resized, ...scales) },
  };
}

/**
 * The boxes in a picture, in descending order of their scores.
 *
 * @param size The height and width of the picture.
 * @param threshold The score threshold if it is below the default: it does not raise that.
 */
export function boxesInRegions(
  outputs: Readonly<Record<string, Tensor>>,
  detection: RegionDetection,
  labels: readonly string[] | null,
  preprocessing: Preprocessing,
  size: Pair,
  threshold: number = defaultThreshold,
): FoundBox[] {
  const resized = inputSizeOf(size, preprocessing, detection);
  const [regions, scores, deltas] = [detection.regions, detection.scores, detection.deltas]
    .map((name) => outputs[name]!) as [Tensor, Tensor, Tensor];
  const { classes } = detection;
  const [rows, columns, deltaColumns] = [scores.shape[0]!, regions.shape[1]!, deltas.shape[1]!];
  const [down, across] = [size[0] / resized[0], size[1] / resized[1]];
  const regionAt = (row: number): Box => {
    const [, left, top, right, bottom] = regions.data.subarray(row * columns);
    return [left! * across, top! * down, right! * across, bottom! * down];
  };
  const found: FoundBox[] = [];
  for (let index = 1; index < classes; index++) {
    // A box that all classes share follows that of the background.
    const column = deltaColumns === 4 * classes ? 4 * index : 4;
    const candidates = Array.from({ length: rows }, (_, row) => ({
      score: scores.data[row * classes + index]!,
      row,
    }))
      .filter(({ score }) => score > defaultThreshold || score >= threshold)
      .map(({ score, row }) => {
        const delta = deltas.data.subarray(row * deltaColumns + column);
        return { score, box: clipped(decoded(regionAt(row), delta), size) };
      })
      .sort((a, b) => b.score - a.score);
    const kept = suppress(
      [...candidates.keys()],
      (a, b) => overlap(covered(candidates[a]!.box), covered(candidates[b]!.box)),
      { overlap: iouThreshold },
    );
    for (const i of kept) {
      const { score, box: [left, top, right, bottom] } = candidates[i]!;
      found.push({
        index,
        label: labelOf(index, detection, labels),
        score,
        left: left / size[1],
        top: top / size[0],
        right: right / size[1],
        bottom: bottom / size[0],
      });
    }
  }
  return found.sort((a, b) => b.score - a.score);
}

/** A region with bounding-box deltas applied; regions include their last row and column. */
function decoded([left, top, right, bottom]: Box, delta: Float32Array): Box {
  const width = right - left + 1, height = bottom - top + 1;
  const x = left + width / 2 + delta[0]! * width, y = top + height / 2 + delta[1]! * height;
  const w = Math.exp(delta[2]!) * width, h = Math.exp(delta[3]!) * height;
  return [x - w / 2, y - h / 2, x + w / 2, y + h / 2];
}

/** A box clipped to the picture. */
function clipped(box: Box, [height, width]: Pair): Box {
  const within = (x: number, extent: number) => Math.max(0, Math.min(x, extent - 1));
  return [
    within(box[0], width),
    within(box[1], height),
    within(box[2], width),
    within(box[3], height),
  ];
}

/** The area of a box, which includes its last row and column. */
function covered([left, top, right, bottom]: Box): Box {
  return [left, top, right + 1, bottom + 1];
}
