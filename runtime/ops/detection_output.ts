/**
 * SSD's detection output: decodes boxes from priors, and keeps the best of each class by
 * non-maximum suppression.
 *
 * @see https://arxiv.org/abs/1512.02325 SSD: Single Shot MultiBox Detector
 *
 * @module
 */
import { count, type Tensor } from "../tensor.ts";
import { type AttributesOf, boolean, integer, number, oneOf, size } from "./attribute.ts";
import { type Box, detections, suppress } from "./boxes.ts";
import { defineOp } from "./op.ts";

const schema = {
  classes: size(),
  /** Whether all classes share one box per prior. */
  shareLocation: boolean(true),
  /** The background class; −1 if there is none. */
  background: integer(0),
  /** How a location encodes a box relative to its prior. */
  code: oneOf(["corner", "centerSize", "cornerSize"], "corner"),
  /** Whether the variances are already part of the locations. */
  varianceEncoded: boolean(false),
  /** Whether locations encode four corners too, beside the box. */
  polygon: boolean(false),
  /** The score that a box must exceed. */
  confidence: number(-Infinity),
  /** The objectness, by a first stage, that a prior must reach. */
  objectness: number(0),
  /** The largest IoU of two boxes of a class. */
  overlap: number(0.3),
  /** The factor of `overlap` after each box kept, as long as it is above 0.5. */
  eta: number(1),
  /** The most boxes of a class before suppression; −1 for all. */
  top: integer(-1),
  /** The most boxes of an image after suppression; −1 for all. */
  keep: integer(-1),
};

type DetectionAttributes = AttributesOf<typeof schema>;

/** A detection in an image. */
interface Detection {
  readonly label: number;
  readonly score: number;
  /** The box, followed by its four corners if there are any. */
  readonly box: readonly number[];
}

/**
 * Inputs: locations `[N, priors · (classes or 1) · 4]`, or 12 in place of 4 with corners; scores
 * `[N, priors · classes]`; both of any axes after the first; and priors `[1, 2, priors · 4]`:
 * boxes, then variances. Two more are those of a first stage, which refines the priors: scores `[N,
 * priors · 2]` of background and object, and locations `[N, priors · 4]`.
 *
 * Output: `[1, 1, found, 7]`: image, class, score, left, top, right, bottom; or 15 with x and y of
 * the corners, clockwise from the top left. If nothing is found in any image, there is one row per
 * image: the image and −1.
 */
export const detectionOutput = defineOp({
  schema,

  host: true,

  inputs: [3, 5],

  shape({ classes, shareLocation, polygon, keep }, [locations, scores, priors, ...first]) {
    const batch = locations![0] ?? 1;
    const known = count(priors!) / 8;
    const numbers = (shareLocation ? 1 : classes) * (polygon ? 12 : 4);
    if (
      known % 1 !== 0 || count(locations!) !== batch * known * numbers ||
      count(scores!) !== batch * known * classes
    ) {
      throw new TypeError(
        `its ${known} priors need ${known * numbers} locations and ${known * classes} scores an ` +
          `image, but there are ${count(locations!) / batch} and ${count(scores!) / batch}`,
      );
    }
    const [objects, moves] = first.map(count);
    if (first.length > 0 && (objects !== batch * known * 2 || moves !== batch * known * 4)) {
      throw new TypeError(
        `the first stage needs ${known * 2} scores and ${known * 4} locations an image`,
      );
    }
    const most = keep === -1 ? known * classes : Math.max(1, keep);
    return [1, 1, batch * most, polygon ? 15 : 7];
  },

  reference(attributes, inputs) {
    const batch = inputs[0]!.shape[0]!;
    const rows: number[] = [];
    for (let n = 0; n < batch; n++) {
      for (const { label, score, box } of detect(attributes, n, inputs as Inputs)) {
        rows.push(n, label, score, ...box);
      }
    }
    return detections(rows, attributes.polygon ? 15 : 7, batch);
  },

  shaders: () => [],
});

/** The inputs; the last two are those of a first stage. */
type Inputs = readonly [
  locations: Tensor,
  scores: Tensor,
  priors: Tensor,
  objects?: Tensor,
  moves?: Tensor,
];

/** The detections of one image, class by class. */
function detect(
  attributes: DetectionAttributes,
  n: number,
  [locations, scores, priors, objects, moves]: Inputs,
): Detection[] {
  const { classes, shareLocation, polygon, background, confidence, objectness, top, keep } =
    attributes;
  const known = priors.data.length / 8;
  const boxes = shareLocation ? 1 : classes;
  const found: Detection[] = [];
  const varianceOf = (p: number) => boxAt(priors.data, (known + p) * 4);
  const priorOf = (p: number) => {
    const prior = boxAt(priors.data, p * 4);
    return moves === undefined
      ? prior
      : decode(attributes, prior, varianceOf(p), boxAt(moves.data, (n * known + p) * 4));
  };
  for (let label = 0; label < classes; label++) {
    if (label === background) continue;
    const scoreOf = (p: number) => {
      const i = n * known + p;
      const isNothing = objects !== undefined && objects.data[i * 2 + 1]! < objectness;
      return isNothing ? 0 : scores.data[i * classes + label]!;
    };
    const placeOf = (p: number) =>
      ((n * known + p) * boxes + (shareLocation ? 0 : label)) * (polygon ? 12 : 4);
    const boxOf = (p: number) =>
      decode(attributes, priorOf(p), varianceOf(p), boxAt(locations.data, placeOf(p)));
    const candidates: { readonly p: number; readonly score: number }[] = [];
    for (let p = 0; p < known; p++) {
      const score = scoreOf(p);
      if (score > confidence) candidates.push({ p, score });
    }
    candidates.sort((a, b) => b.score - a.score);
    const best = top === -1 ? candidates : candidates.slice(0, top);
    for (const { p, score } of suppress(best, ({ p }) => boxOf(p), attributes)) {
      const corners = polygon
        ? cornersOf(priorOf(p), varianceOf(p), locations.data.subarray(placeOf(p) + 4))
        : [];
      found.push({ label, score, box: [...boxOf(p), ...corners] });
    }
  }
  if (keep === -1 || found.length <= keep) return found;
  const best = new Set(found.toSorted((a, b) => b.score - a.score).slice(0, keep));
  return found.filter((detection) => best.has(detection));
}

/** Decodes the corners of a location, relative to those of its prior. */
function cornersOf(prior: Box, variance: Box, location: Float32Array): number[] {
  return [0, 1, 2, 1, 2, 3, 0, 3].map((side, i) => {
    const extent = prior[2 + i % 2]! - prior[i % 2]!;
    return location[i]! * variance[i % 2]! * extent + prior[side]!;
  });
}

function boxAt(data: Float32Array, at: number): Box {
  return [data[at]!, data[at + 1]!, data[at + 2]!, data[at + 3]!];
}

/** Decodes the box of a location, relative to its prior. */
function decode(
  { code, varianceEncoded }: DetectionAttributes,
  prior: Box,
  variance: Box,
  location: Box,
): Box {
  const scaled = location.map((x, i) => varianceEncoded ? x : x * variance[i]!);
  const [a, b, c, d] = scaled as unknown as Box;
  const [left, top, right, bottom] = prior;
  const width = right - left, height = bottom - top;
  switch (code) {
    case "corner":
      return [left + a, top + b, right + c, bottom + d];
    case "cornerSize":
      return [left + a * width, top + b * height, right + c * width, bottom + d * height];
    case "centerSize": {
      const x = (left + right) / 2 + a * width, y = (top + bottom) / 2 + b * height;
      const w = Math.exp(c) * width, h = Math.exp(d) * height;
      return [x - w / 2, y - h / 2, x + w / 2, y + h / 2];
    }
  }
}
