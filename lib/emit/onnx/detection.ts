/**
 * SSD's detection output in ONNX's operators.
 *
 * @module
 */
import { count } from "../../../runtime/tensor.ts";
import { fixed } from "../open_batch.ts";
import { boxesAround, halves, orPlaceholders } from "./boxes.ts";
import type { OnnxBuilder } from "./builder.ts";
import type { Applied, Entry } from "./entry.ts";
import type { OnnxValue } from "./node.ts";

type Settings = Applied<"detectionOutput">["attributes"];

/** Detects in one image after the other; the number of rows is known at run time only. */
export const detectionOutput: Entry<"detectionOutput"> = ({ onnx, attributes, inputs }) => {
  const [locations, scores, priors, ...first] = inputs as [OnnxValue, OnnxValue, OnnxValue];
  if (attributes.polygon) throw new TypeError("it detects polygons, not only boxes");
  if (attributes.eta < 1) throw new TypeError("its threshold changes from box to box");
  if (first.length > 0) throw new TypeError("its priors are refined by a first stage");
  const batch = fixed(locations.shape[0]!);
  // A Reshape may have put the scores of all images into one row.
  const rated = scores.shape[0] === batch ? scores : onnx.reshape(scores, [batch, -1]);
  const found = Array.from({ length: batch }, (_, n) => {
    const predicted = [locations, rated].map((x) => onnx.sliceAxis(x, 0, n, 1));
    return rowsOf(onnx, attributes, n, predicted as [OnnxValue, OnnxValue], priors);
  });
  return orPlaceholders(onnx, onnx.concat(found, 0), batch);
};

/** The detections of one image, `[found, 7]`, sorted by class, then by descending score. */
function rowsOf(
  onnx: OnnxBuilder,
  attributes: Settings,
  n: number,
  [locations, scores]: readonly [OnnxValue, OnnxValue],
  priors: OnnxValue,
): OnnxValue {
  const { classes, background, shareLocation, confidence, overlap, top, keep } = attributes;
  const known = knownOf(priors);
  const labels = [...Array(classes).keys()].filter((label) => label !== background);
  const wanted = top === -1 ? unlimited : top;
  const most = known === -1 ? -1 : Math.min(wanted, known);
  const ofClasses = (x: OnnxValue) => onnx.gather(x, onnx.ints(labels), 0);
  const rated = onnx.reshape(scores, [known, classes]);
  const table = onnx.transpose(rated, [1, 0]);
  // Candidates: the best boxes of each class, [classes, most].
  const number = most === -1 ? atMost(onnx, rated, wanted) : most;
  const { values, indices } = onnx.topK(ofClasses(table), number);
  const moves = shareLocation
    ? onnx.reshape(locations, [known, 4])
    : ofClasses(onnx.transpose(onnx.reshape(locations, [known, classes, 4]), [1, 0, 2]));
  const all = decoded(onnx, attributes, moves, priors);
  const boxes = shareLocation ? onnx.gather(all, indices, 0) : onnx.gatherEach(all, indices);
  const selected = onnx.suppress(
    withoutInverted(onnx, boxes),
    onnx.reshape(values, [labels.length, 1, most]),
    { overlap, least: confidence, ...most === -1 && { most: unlimited } },
  );
  const places = onnx.gather(selected, onnx.ints([0, 2]), 1);
  const label = onnx.gather(
    onnx.floats([labels.length], Float32Array.from(labels)),
    onnx.gather(selected, onnx.ints([0]), 1),
    0,
  );
  const score = onnx.node("GatherND", [values, places], [-1]);
  const rows = onnx.concat([
    onnx.add(onnx.scale(label, 0), onnx.number(n)),
    label,
    onnx.reshape(score, [-1, 1]),
    onnx.node("GatherND", [boxes, places], [-1, 4]),
  ], 1);
  if (keep === -1) return rows;
  const best = onnx.topK(score, atMost(onnx, score, keep)).indices;
  // The best rows in their previous order.
  return onnx.gather(rows, onnx.topK(best, onnx.length(best), "smallest").values, 0);
}

/** The number of priors, or −1 if it is known at run time only. */
function knownOf({ shape }: OnnxValue): number {
  return shape.includes(-1) ? -1 : count(shape) / 8;
}

/** The length of a value, but at most a number, `[1]`. */
function atMost(onnx: OnnxBuilder, x: OnnxValue, most: number): OnnxValue {
  return onnx.node("Min", [onnx.length(x), onnx.ints([most])], [1], {}, "int64");
}

/** More boxes than there are. */
const unlimited = 2 ** 31 - 1;

/** Boxes `[…, priors, 4]` from locations of the same shape. */
function decoded(
  onnx: OnnxBuilder,
  { code, varianceEncoded }: Settings,
  locations: OnnxValue,
  priors: OnnxValue,
): OnnxValue {
  const known = knownOf(priors), last = locations.shape.length - 1;
  const [prior, variance] = [0, 1].map((row) =>
    onnx.reshape(onnx.sliceAxis(onnx.reshape(priors, [2, known, 4]), 0, row, 1), [known, 4])
  ) as [OnnxValue, OnnxValue];
  const moves = varianceEncoded ? locations : onnx.multiply(locations, variance);
  const [first, second] = halves(onnx, moves);
  const [low, high] = halves(onnx, prior);
  const extent = onnx.subtract(high, low);
  if (code === "corner") return onnx.concat([onnx.add(low, first), onnx.add(high, second)], last);
  const scaled = onnx.multiply(first, extent);
  if (code === "cornerSize") {
    const other = onnx.multiply(second, extent);
    return onnx.concat([onnx.add(low, scaled), onnx.add(high, other)], last);
  }
  const center = onnx.add(onnx.scale(onnx.add(low, high), 0.5), scaled);
  const half = onnx.scale(onnx.multiply(onnx.unary("Exp", second), extent), 0.5);
  return boxesAround(onnx, center, half);
}

/** Makes inverted boxes empty: ONNX would swap their corners. */
function withoutInverted(onnx: OnnxBuilder, boxes: OnnxValue): OnnxValue {
  const [low, high] = halves(onnx, boxes);
  return onnx.concat([low, onnx.binary("Max", low, high)], 2);
}
