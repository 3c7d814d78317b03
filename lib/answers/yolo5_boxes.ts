/**
 * The boxes of YOLO v5 for COCO, whose converters leave their decoding to programs.
 *
 * @see https://github.com/ultralytics/yolov5, whose detect.py this follows
 * @module
 */
import { givenInputs, type Graph } from "../../runtime/graph.ts";
import { type Box, suppress } from "../../runtime/ops/boxes.ts";
import type { Shape4, Tensor } from "../../runtime/tensor.ts";
import { type DetectorRun, type FoundBox, labelOf } from "./boxes.ts";
import { boxWithin } from "./part.ts";
import type { Yolo5Detection } from "./task_kinds.ts";
import { cocoAnchors, yoloMapsOf } from "./yolo_maps.ts";

/** The default score threshold. */
const defaultThreshold = 0.25;

/** The IoU threshold of non-maximum suppression, class by class. */
const iouThreshold = 0.45;

/** The classes of COCO. For others the anchors may be others, too. */
const cocoClasses = 80;

/** The detection of YOLO v5, by its maps and its activation. */
export function yolo5DetectionOf(graph: Graph): Yolo5Detection | undefined {
  const found = yoloMapsOf(graph);
  if (found?.version !== 5 || found.classes !== cocoClasses) return undefined;
  return {
    kind: "detection",
    form: "yolo5",
    picture: givenInputs(graph)[0]!,
    maps: found.maps.map(({ name, stride }, i) => ({ name, stride, anchors: cocoAnchors(3, i) })),
    classes: cocoClasses,
    hasBackground: false,
  };
}

/** A box in pixels of the network's input. */
interface Candidate {
  readonly index: number;
  readonly score: number;
  readonly box: Box;
}

/**
 * The boxes in one picture, in descending order of their scores.
 *
 * @param threshold The score threshold if it is below the default: it does not raise that.
 */
export function yolo5Boxes(
  detection: Yolo5Detection,
  { outputs, sample, labels, seen }: Pick<DetectorRun, "outputs" | "sample" | "labels" | "seen">,
  threshold: number = defaultThreshold,
): FoundBox[] {
  const least = Math.min(threshold, defaultThreshold);
  const [, , height, width] = detection.picture.shape as Shape4;
  const candidates = detection.maps.flatMap(({ name, stride, anchors }) =>
    candidatesIn(outputs[name]!, sample, stride, anchors, least)
  ).sort((a, b) => b.score - a.score);
  const kept = new Set(
    [...Map.groupBy(candidates, ({ index }) => index).values()]
      .flatMap((each) => suppress(each, ({ box }) => box, { overlap: iouThreshold })),
  );
  return candidates.filter((candidate) => kept.has(candidate)).map(
    ({ index, score, box: [left, top, right, bottom] }) => {
      const visible: Box = [
        within(left, width),
        within(top, height),
        within(right, width),
        within(bottom, height),
      ];
      const label = labelOf(index, detection, labels);
      return { index, label, score, ...boxWithin(visible, [height, width], seen) };
    },
  );
}

/** Of the numbers of a box: after x, y, width, height and the score of an object, those of classes. */
const firstClass = 5;

/** The boxes of a map whose scores exceed a threshold. */
function candidatesIn(
  { shape, data }: Tensor,
  sample: number,
  stride: number,
  anchors: readonly number[],
  least: number,
): Candidate[] {
  const [, channels, height, width] = shape as Shape4, cells = height * width;
  const boxes = anchors.length / 2, numbers = channels / boxes, classes = numbers - firstClass;
  const found: Candidate[] = [];
  for (let b = 0; b < boxes; b++) {
    for (let cell = 0; cell < cells; cell++) {
      const at = (k: number) => sigmoid(data[((sample * boxes + b) * numbers + k) * cells + cell]!);
      const ofClass = (index: number) => at(firstClass + index);
      const object = at(4);
      if (object <= least) continue;
      let index = 0;
      for (let other = 1; other < classes; other++) {
        if (ofClass(other) > ofClass(index)) index = other;
      }
      const score = object * ofClass(index);
      if (score <= least) continue;
      const x = (cell % width + 2 * at(0) - 0.5) * stride;
      const y = (Math.floor(cell / width) + 2 * at(1) - 0.5) * stride;
      const w = (2 * at(2)) ** 2 * anchors[2 * b]!, h = (2 * at(3)) ** 2 * anchors[2 * b + 1]!;
      found.push({ index, score, box: [x - w / 2, y - h / 2, x + w / 2, y + h / 2] });
    }
  }
  return found;
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

const within = (x: number, extent: number) => Math.min(Math.max(x, 0), extent);
