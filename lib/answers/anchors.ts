/**
 * The boxes and landmarks of RetinaFace. The network outputs maps of scores and deltas for anchors at
 * each position; the original programs decode them outside the network.
 *
 * @see https://github.com/deepinsight/insightface, whose retinaface.py this follows
 * @module
 */
import { givenInputs, type Graph, namedValues } from "../../runtime/graph.ts";
import { sameShape, type Tensor } from "../../runtime/tensor.ts";
import { type DetectorRun, type FoundBox, labelOf } from "./boxes.ts";
import { best, type Candidate, clipped } from "./candidates.ts";
import { boxWithin, type Point, pointWithin } from "./part.ts";
import { beforeOps, producersOf } from "./producers.ts";
import type { AnchorDetection } from "./task_kinds.ts";

/** The default score threshold. */
const defaultThreshold = 0.5;

/** The IoU threshold of non-maximum suppression. */
const iouThreshold = 0.4;

/** The sizes of the square anchors at each position of the maps with a stride. */
const anchorSizes = new Map([[32, [512, 256]], [16, [128, 64]], [8, [32, 16]]]);

/** The center of the anchors at the first position: those of 16 × 16 cover pixels 0 to 15. */
const firstCenter = 7.5;

/** The outputs, and their channels for two anchors. */
const channels = new Map(
  [...anchorSizes.keys()].flatMap((stride) => [
    [scoresAt(stride), 4] as const,
    [deltasAt(stride), 8] as const,
    [landmarksAt(stride), 20] as const,
  ]),
);

function scoresAt(stride: number): string {
  return `face_rpn_cls_prob_reshape_stride${stride}`;
}

function deltasAt(stride: number): string {
  return `face_rpn_bbox_pred_stride${stride}`;
}

function landmarksAt(stride: number): string {
  return `face_rpn_landmark_pred_stride${stride}`;
}

/**
 * The detection of RetinaFace with two anchors at each position of the strides 32, 16 and 8. Others,
 * with further outputs or other numbers of channels, are decoded in other ways.
 */
export function anchorDetectionOf(graph: Graph): AnchorDetection | undefined {
  const [picture, ...others] = givenInputs(graph);
  if (picture?.shape.length !== 4 || others.length > 0) return undefined;
  if (!graph.outputs.every((name) => channels.has(name))) return undefined;
  const values = namedValues(graph), producers = producersOf(graph);
  const shapeOf = (name: string) => values.get(name)!.shape;
  const areMaps = graph.outputs.every((name) =>
    shapeOf(name).length === 4 && shapeOf(name)[1] === channels.get(name)
  );
  const maps = [...anchorSizes].map(([stride, anchors]) => {
    const landmarks = graph.outputs.find((name) => name === landmarksAt(stride)) ?? null;
    return { stride, anchors, scores: scoresAt(stride), deltas: deltasAt(stride), landmarks };
  });
  const areComplete = maps.every(({ scores, deltas, landmarks }) =>
    [scores, deltas, ...landmarks === null ? [] : [landmarks]].every((name) =>
      graph.outputs.includes(name) && sameShape(shapeOf(name).slice(2), shapeOf(scores).slice(2))
    ) &&
    beforeOps(producers, values.get(scores), ["reshape"])?.op === "softmax"
  );
  if (!areMaps || !areComplete) return undefined;
  return { kind: "detection", form: "anchors", picture, maps, classes: 2, hasBackground: true };
}

/** The boxes in a picture, in descending order of their scores. Without labels, they are faces. */
export function boxesAtAnchors(
  detection: AnchorDetection,
  { outputs, labels, seen }: Pick<DetectorRun, "outputs" | "labels" | "seen">,
  threshold: number = defaultThreshold,
): FoundBox[] {
  const [, , height, width] = detection.picture.shape as readonly number[];
  const found = best(candidatesIn(outputs, detection, threshold), iouThreshold);
  const placed = ([x, y]: Point) => pointWithin([x / width!, y / height!], seen);
  return found.map(({ score, box, landmarks }) => {
    return {
      index: 1,
      label: labelOf(1, detection, labels ?? ["face"]),
      score,
      ...boxWithin(box, [height!, width!], seen),
      ...landmarks && { landmarks: landmarks.map(placed) },
    };
  });
}

/** A box and landmarks in pixels of the network's input. */
interface Face extends Candidate {
  readonly landmarks?: readonly Point[];
}

/**
 * The boxes whose scores reach a threshold, clipped to the input. Landmarks are relative to anchors, as
 * boxes are, and may lie outside the input.
 */
function candidatesIn(
  outputs: Readonly<Record<string, Tensor>>,
  { picture, maps }: AnchorDetection,
  threshold: number,
): Face[] {
  const [, , height, width] = picture.shape as readonly number[];
  const candidates: Face[] = [];
  for (const { stride, anchors, scores, deltas, landmarks } of maps) {
    const [, , rows, columns] = outputs[scores]!.shape as readonly number[];
    const positions = rows! * columns!;
    /** The value at a position in a channel. */
    const at = (name: string, channel: number, i: number) =>
      outputs[name]!.data[channel * positions + i]!;
    for (const [anchor, size] of anchors.entries()) {
      for (let i = 0; i < positions; i++) {
        // The scores of the background come first.
        const score = at(scores, anchors.length + anchor, i);
        if (!(score >= threshold)) continue;
        /** The point that is `(right, down)` anchors from the center of the anchor. */
        const moved = (right: number, down: number): Point => [
          firstCenter + stride * (i % columns!) + right * size,
          firstCenter + stride * Math.floor(i / columns!) + down * size,
        ];
        const delta = (channel: number) => at(deltas, 4 * anchor + channel, i);
        const [x, y] = moved(delta(0), delta(1));
        const across = (Math.exp(delta(2)) * size - 1) / 2;
        const down = (Math.exp(delta(3)) * size - 1) / 2;
        candidates.push({
          score,
          box: clipped([x - across, y - down, x + across, y + down], [height!, width!]),
          ...landmarks !== null && {
            landmarks: Array.from({ length: 5 }, (_, mark) => {
              const channel = 10 * anchor + 2 * mark;
              return moved(at(landmarks, channel, i), at(landmarks, channel + 1, i));
            }),
          },
        });
      }
    }
  }
  return candidates;
}
