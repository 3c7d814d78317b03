/**
 * The boxes of Cascade R-CNN, also on MS-CNN. The network decodes them for each of its stages; the
 * original programs suppress those that overlap, class by class, outside the network.
 *
 * @see https://github.com/zhaoweicai/cascade-rcnn, whose run_cascadercnn_coco.m this follows
 * @module
 */
import { givenInputs, type Graph, namedValues, type Value } from "../../runtime/graph.ts";
import { count, type Shape4 } from "../../runtime/tensor.ts";
import { type DetectorRun, type FoundBox, labelOf } from "./boxes.ts";
import { bestOfClasses, clipped } from "./candidates.ts";
import { boxWithin } from "./part.ts";
import { type Producers, producersOf } from "./producers.ts";
import type { BoxDetection } from "./task_kinds.ts";

/** The default score threshold. */
const defaultThreshold = 0.05;

/** The IoU threshold of non-maximum suppression; for VOC and WIDER FACE it was 0.3. */
const iouThreshold = 0.5;

/**
 * The detection of a network whose outputs are boxes `[R, 5]` and probabilities `[R, C]`, and nothing
 * else. Of several stages the last one counts: its probabilities are the mean of all.
 */
export function boxDetectionOf(graph: Graph): BoxDetection | undefined {
  const [picture, ...others] = givenInputs(graph);
  if (picture?.shape.length !== 4 || picture.shape[0] !== 1 || others.length > 0) return undefined;
  const values = namedValues(graph), producers = producersOf(graph);
  const order = new Map(graph.nodes.map(({ output }, i) => [output, i]));
  const tables = graph.outputs.map((name) => {
    const value = values.get(name)!, columns = count(value.shape.slice(1));
    const isScores = areProbabilities(producers, value);
    return { name, value, columns, isScores, isBoxes: !isScores && columns === 5 };
  }).sort((a, b) => (order.get(a.value) ?? -1) - (order.get(b.value) ?? -1));
  const boxes = tables.findLast(({ isBoxes }) => isBoxes);
  const scores = tables.findLast(({ isScores }) => isScores);
  if (boxes === undefined || scores === undefined || !producers.has(boxes.value)) return undefined;
  const areAll = tables.every(({ value: { shape }, isScores, isBoxes, columns }) =>
    shape[0] === boxes.value.shape[0] && (isBoxes || isScores && columns === scores.columns)
  );
  if (!areAll) return undefined;
  return {
    kind: "detection",
    form: "boxes",
    picture,
    boxes: boxes.name,
    scores: scores.name,
    classes: scores.columns,
    hasBackground: true,
  };
}

/** Whether a value is the probabilities of classes, or a mean of such. */
function areProbabilities(producers: Producers, value: Value): boolean {
  const node = producers.get(value);
  if (node?.op === "softmax") return true;
  return node?.op === "eltwise" && node.attributes.operation === "sum" &&
    node.inputs.every((input) => areProbabilities(producers, input));
}

/**
 * The boxes in a picture, in descending order of their scores.
 *
 * @param threshold The score threshold if it is below the default: it does not raise that.
 */
export function decodedBoxes(
  detection: BoxDetection,
  { outputs, labels, seen }: Pick<DetectorRun, "outputs" | "labels" | "seen">,
  threshold: number = defaultThreshold,
): FoundBox[] {
  const { classes } = detection, { data: boxes } = outputs[detection.boxes]!;
  const { data: scores, shape: [rows] } = outputs[detection.scores]!;
  const [, , height, width] = detection.picture.shape as Shape4;
  const least = Math.min(threshold, defaultThreshold);
  const found = bestOfClasses(
    classes,
    iouThreshold,
    (index) =>
      Array.from({ length: rows! }, (_, row) => {
        const [, left, top, right, bottom] = boxes.subarray(5 * row, 5 * row + 5);
        return {
          score: scores[row * classes + index]!,
          box: clipped([left!, top!, right!, bottom!], [height, width]),
        };
      }).filter(({ score }) => score >= least),
  );
  return found.map(({ index, score, box }) => ({
    index,
    label: labelOf(index, detection, labels),
    score,
    ...boxWithin(box, [height, width], seen),
  }));
}
