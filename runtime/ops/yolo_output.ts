/**
 * YOLO's detections: decodes boxes from grids, and keeps the best by non-maximum suppression across
 * classes.
 *
 * @see https://arxiv.org/abs/1612.08242 YOLO9000: Better, Faster, Stronger
 * @see https://arxiv.org/abs/1804.02767 YOLOv3: An Incremental Improvement
 *
 * @module
 */
import { count, type Shape4, showShape, type Tensor } from "../tensor.ts";
import { type AttributesOf, number, numbers, oneOf, size } from "./attribute.ts";
import { type Box, detections, suppress } from "./boxes.ts";
import { defineOp } from "./op.ts";

const schema = {
  classes: size(),
  /** The number of boxes per cell. */
  boxes: size(),
  /** Width and height of each box of each grid, in cells. */
  anchors: numbers(),
  /** Class scores: the best must reach `confidence` with `softmax`, exceed it with `sigmoid`. */
  scores: oneOf(["softmax", "sigmoid"]),
  confidence: number(0.01),
  /** How far centres reach in each grid, in cells, if not 1: YOLO v4's `scale_x_y`. */
  reach: numbers([]),
  /** Boxes whose IoU with a better one reaches this are dropped. */
  overlap: number(0.45),
};

type YoloAttributes = AttributesOf<typeof schema>;

/** A detection in any of the images. */
interface Detection {
  readonly label: number;
  readonly score: number;
  readonly box: Box;
}

/**
 * Inputs: grids `[N, boxes · (5 + classes), H, W]`: for each box its centre's x and y in the cell,
 * the logarithms of its width and height, objectness and class scores. Output: `[1, 1, found, 7]`:
 * 0, class from 1, score, left, top, right, bottom, relative to the image. All images of a batch
 * are taken as one. If nothing is found, there is one row per image: the image and −1.
 */
export const yoloOutput = defineOp({
  schema,

  host: true,

  inputs: [1, Infinity],

  shape({ classes, boxes, anchors, scores }, grids) {
    for (const grid of grids) {
      if (grid.length === 4 && grid[1] === boxes * (5 + classes)) continue;
      throw new TypeError(
        `its input is ${showShape(grid)}, but ${boxes} boxes of ${classes} classes need ` +
          `[N, ${boxes * (5 + classes)}, H, W]`,
      );
    }
    if (anchors.length !== grids.length * boxes * 2) {
      throw new TypeError(
        `it has ${anchors.length} anchors, but ${grids.length} grids of ${boxes} boxes need ` +
          `${grids.length * boxes * 2}`,
      );
    }
    const cells = grids.reduce((sum, grid) => sum + count(grid) / (5 + classes), 0);
    return [1, 1, cells * (scores === "sigmoid" ? classes : 1), 7];
  },

  reference(attributes, grids) {
    const found = grids.flatMap((grid, g) => detect(attributes, grid, g))
      .sort((a, b) => b.score - a.score);
    const kept = suppress(found, ({ box }) => box, {
      overlap: attributes.overlap,
      strict: true,
    });
    const rows = kept.flatMap(({ label, score, box }) => [0, label + 1, score, ...box]);
    return detections(rows, 7, grids.at(-1)!.shape[0]!);
  },

  shaders: () => [],
});

/** The detections of one grid, cell by cell. */
function detect(attributes: YoloAttributes, { shape, data }: Tensor, grid: number): Detection[] {
  const { classes, boxes, anchors, confidence } = attributes, reach = attributes.reach[grid] ?? 1;
  const [batch, , height, width] = shape as Shape4;
  const { fround, exp } = Math;
  const threshold = fround(confidence);
  const found: Detection[] = [];
  for (let cell = 0; cell < batch * height * width; cell++) {
    const column = cell % width, row = Math.floor(cell / width) % height;
    const n = Math.floor(cell / (width * height));
    for (let b = 0; b < boxes; b++) {
      const at = (k: number) =>
        data[(((n * boxes + b) * (5 + classes) + k) * height + row) * width + column]!;
      const object = sigmoid(at(4));
      if (fround(object) < threshold) continue;
      const anchor = (grid * boxes + b) * 2;
      const center = (k: number) => sigmoid(at(k)) * reach - (reach - 1) / 2;
      const x = (column + center(0)) / width, y = (row + center(1)) / height;
      const w = exp(at(2)) * anchors[anchor]! / width;
      const h = exp(at(3)) * anchors[anchor + 1]! / height;
      const box: Box = [x - w / 2, y - h / 2, x + w / 2, y + h / 2];
      const logits = Array.from({ length: classes }, (_, c) => at(5 + c));
      if (attributes.scores === "softmax") {
        const largest = Math.max(...logits);
        const label = logits.indexOf(largest);
        const score = fround(object / logits.reduce((sum, x) => sum + exp(x - largest), 0));
        if (score >= threshold) found.push({ label, score, box });
      } else {
        // Boxes of other classes would be in the same place, and be suppressed.
        let best = { label: -1, score: threshold, box };
        logits.forEach((logit, label) => {
          const score = fround(object * sigmoid(logit));
          if (score > best.score) best = { label, score, box };
        });
        if (best.label >= 0) found.push(best);
      }
    }
  }
  return found;
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
