/**
 * YOLO's detections in ONNX's operators.
 *
 * @module
 */
import { fixed } from "../open_batch.ts";
import { below, boxesAround, indicesOf, orPlaceholders } from "./boxes.ts";
import type { OnnxBuilder } from "./builder.ts";
import type { Applied, Entry } from "./entry.ts";
import type { OnnxValue } from "./node.ts";

type Settings = Applied<"yoloOutput">["attributes"];

/** Boxes of all grids, images and classes take part in the same non-maximum suppression. */
export const yoloOutput: Entry<"yoloOutput"> = ({ onnx, attributes, inputs }) => {
  if (attributes.overlap <= 0) {
    throw new TypeError("its IoU threshold drops boxes that do not overlap at all");
  }
  const grids = inputs.map((grid, i) => candidatesOf(onnx, attributes, grid, i));
  const [labels, scores, boxes] = (["labels", "scores", "boxes"] as const).map((part) =>
    onnx.concat(grids.map((grid) => grid[part]), 0)
  ) as [OnnxValue, OnnxValue, OnnxValue];
  const [count] = scores.shape as [number];
  // An IoU equal to the threshold drops a box too; so does a score equal to it, if from a sigmoid.
  const confidence = Math.fround(attributes.confidence);
  const selected = onnx.suppress(
    onnx.reshape(boxes, [1, count, 4]),
    onnx.reshape(scores, [1, 1, count]),
    {
      overlap: below(attributes.overlap),
      least: attributes.scores === "softmax" ? below(confidence) : confidence,
    },
  );
  const kept = indicesOf(onnx, selected);
  const label = onnx.gather(labels, kept, 0);
  const rows = onnx.concat([
    onnx.scale(label, 0),
    onnx.add(label, onnx.number(1)),
    onnx.gather(scores, kept, 0),
    onnx.gather(boxes, kept, 0),
  ], 1);
  return orPlaceholders(onnx, rows, fixed(inputs.at(-1)!.shape[0]!));
};

/** The candidates of a grid, ordered by cell: `[count, 1]`, `[count, 1]` and `[count, 4]`. */
function candidatesOf(
  onnx: OnnxBuilder,
  { classes, boxes, anchors, reach, scores }: Settings,
  grid: OnnxValue,
  index: number,
) {
  const [batch, , height, width] = grid.shape.map(fixed) as [number, number, number, number];
  const cells = batch * height * width, count = cells * boxes;
  const each = onnx.reshape(grid, [batch, boxes, 5 + classes, height, width]);
  const table = onnx.reshape(onnx.transpose(each, [0, 3, 4, 1, 2]), [cells, boxes, 5 + classes]);
  const part = (start: number, length: number) => onnx.sliceAxis(table, 2, start, length);
  const corners = Float32Array.from({ length: cells * 2 }, (_, i) => {
    const cell = i >> 1;
    return i % 2 === 0 ? cell % width : Math.floor(cell / width) % height;
  });
  const sizes = Float32Array.from(anchors.slice(index * boxes * 2, (index + 1) * boxes * 2));
  const size = onnx.floats([2], Float32Array.of(width, height));
  const corner = onnx.floats([cells, 1, 2], corners);
  const scale = reach[index] ?? 1, start = onnx.number((1 - scale) / 2);
  const inCell = onnx.scale(onnx.unary("Sigmoid", part(0, 2)), scale);
  const center = onnx.divide(onnx.add(corner, onnx.add(inCell, start)), size);
  const extent = onnx.multiply(onnx.unary("Exp", part(2, 2)), onnx.floats([boxes, 2], sizes));
  const half = onnx.scale(onnx.divide(extent, size), 0.5);
  const object = onnx.unary("Sigmoid", part(4, 1));
  const logits = part(5, classes), best = onnx.reduce("ReduceMax", logits, [2], true);
  const score = scores === "softmax"
    ? onnx.divide(
      object,
      onnx.reduce("ReduceSum", onnx.unary("Exp", onnx.subtract(logits, best)), [2], true),
    )
    : onnx.multiply(object, onnx.unary("Sigmoid", best));
  const list = (x: OnnxValue, columns: number) => onnx.reshape(x, [count, columns]);
  return {
    labels: list(onnx.cast(onnx.argMax(logits, 2), "float"), 1),
    scores: list(score, 1),
    boxes: list(boxesAround(onnx, center, half), 4),
  };
}
