/**
 * Region proposals: decodes boxes from anchors, and keeps the best by non-maximum suppression.
 *
 * @see https://arxiv.org/abs/1506.01497 Faster R-CNN
 *
 * @module
 */
import { count, type Shape4, showShape, type Tensor } from "../tensor.ts";
import { type AttributesOf, boolean, integer, number, numbers, size } from "./attribute.ts";
import { type Box, suppress } from "./boxes.ts";
import { defineOp } from "./op.ts";

const schema = {
  /** The distance between two cells, in pixels of the image. */
  stride: size(),
  /** Left, top, right and bottom pixel of each anchor of the first cell. */
  anchors: numbers(),
  /** The least width and height of a box, in pixels of an image of scale 1. */
  smallest: number(16),
  /** The most boxes before suppression; −1 for all. */
  top: integer(6000),
  /** Boxes whose IoU with a better one reaches this are dropped. */
  overlap: number(0.7),
  /** The most boxes after suppression; −1 for all. */
  keep: integer(300),
  /** Whether `smallest` is compared with the size of a box as decoded, before it is clipped. */
  whole: boolean(false),
  /** Whether smaller boxes are kept, with a score of 0. */
  keepsSmall: boolean(false),
};

type ProposalAttributes = AttributesOf<typeof schema>;

/** A box and its objectness. */
interface Proposal {
  readonly score: number;
  readonly box: Box;
}

/**
 * Inputs: probabilities `[1, 2 · A, H, W]` of background, then of object, for each of A anchors;
 * box deltas `[1, 4 · A, H, W]`; and the image's height, width and scale, or the scale for heights
 * and that for widths. Output: `[found, 6]`: 0, left, top, right and bottom pixel, score.
 */
export const proposal = defineOp({
  schema,

  host: true,

  inputs: [3, 3],

  shape({ anchors, keep, top }, [scores, deltas, image]) {
    const boxes = anchors.length / 4;
    const [batch, channels, height, width] = scores!;
    if (
      batch !== 1 || scores!.length !== 4 || boxes % 1 !== 0 || channels !== 2 * boxes ||
      count(image!) < 3 ||
      deltas!.join() !== [1, 4 * boxes, height, width].join()
    ) {
      throw new TypeError(
        `its inputs are ${[scores, deltas, image].map((shape) => showShape(shape!)).join(", ")}, ` +
          `but ${boxes} anchors need [1, ${2 * boxes}, H, W], [1, ${4 * boxes}, H, W] and [1, 3]`,
      );
    }
    const limits = [top, keep].filter((limit) => limit > 0);
    return [Math.min(boxes * height! * width!, ...limits), 6];
  },

  reference(attributes, [scores, deltas, image]) {
    const { top, keep } = attributes;
    const found = propose(attributes, scores!, deltas!, image!)
      .sort((a, b) => b.score - a.score)
      .slice(0, top > 0 ? top : undefined);
    // The last row and column of pixels belong to a box.
    const areaOf = (
      { box: [left, top, right, bottom] }: Proposal,
    ): Box => [left, top, right + 1, bottom + 1];
    const kept = suppress(found, areaOf, {
      overlap: attributes.overlap,
      strict: true,
      most: keep > 0 ? keep : Infinity,
    });
    const rows = kept.flatMap(({ score, box }) => [0, ...box, score]);
    return { shape: [kept.length, 6], data: Float32Array.from(rows) };
  },

  shaders: () => [],
});

/** Decodes the boxes, clipped to the image. */
function propose(
  { stride, anchors, smallest, whole, keepsSmall }: ProposalAttributes,
  scores: Tensor,
  deltas: Tensor,
  image: Tensor,
): Proposal[] {
  const [, , height, width] = scores.shape as Shape4;
  const [imageHeight, imageWidth, down, across = down] = image.data as unknown as Box;
  const boxes = anchors.length / 4;
  const { fround, exp, min, max } = Math;
  const clip = (x: number, extent: number) => max(min(fround(x), extent - 1), 0);
  const found: Proposal[] = [];
  for (let i = 0; i < height * width * boxes; i++) {
    const a = i % boxes, cell = Math.floor(i / boxes);
    const delta = (k: number) => deltas.data[(a * 4 + k) * height * width + cell]!;
    const [left, top, right, bottom] = anchors.slice(a * 4, a * 4 + 4) as unknown as Box;
    const w = right - left + 1, h = bottom - top + 1;
    const x = cell % width * stride + left + w / 2 + delta(0) * w;
    const y = Math.floor(cell / width) * stride + top + h / 2 + delta(1) * h;
    const newWidth = exp(delta(2)) * w, newHeight = exp(delta(3)) * h;
    const box: Box = [
      clip(x - newWidth / 2, imageWidth),
      clip(y - newHeight / 2, imageHeight),
      clip(x + newWidth / 2, imageWidth),
      clip(y + newHeight / 2, imageHeight),
    ];
    const boxWidth = whole ? newWidth : box[2] - box[0] + 1;
    const boxHeight = whole ? newHeight : box[3] - box[1] + 1;
    const isLarge = boxWidth >= smallest * across && boxHeight >= smallest * down;
    if (isLarge || keepsSmall) {
      const score = isLarge ? scores.data[(boxes + a) * height * width + cell]! : 0;
      found.push({ score, box });
    }
  }
  return found;
}
