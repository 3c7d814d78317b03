/**
 * YOLO's detections in ONNX's operators.
 *
 * @module
 */
import { fixed } from "../open_batch.ts";
import { around, below, orNothing, placesOf } from "./boxes.ts";
import type { OnnxBuilder } from "./builder.ts";
import type { Applied, Entry } from "./entry.ts";
import type { OnnxValue } from "./node.ts";

type Settings = Applied<"yoloOutput">["attributes"];

/** Boxes of all grids, images and classes are suppressed together. */
export const yoloOutput: Entry<"yoloOutput"> = ({ onnx, attributes, inputs }) => {
  if (attributes.overlap <= 0) throw new TypeError("its boxes must not even touch");
  const grids = inputs.map((grid, i) => candidatesOf(onnx, attributes, grid, i));
  const [labels, scores, boxes] = (["labels", "scores", "boxes"] as const).map((part) =>
    onnx.concat(grids.map((grid) => grid[part]), 0)
  ) as [OnnxValue, OnnxValue, OnnxValue];
  const [places] = scores.shape as [number];
  // A box whose IoU is the threshold is dropped too, and so are scores of it among sigmoids.
  const confidence = Math.fround(attributes.confidence);
  const selected = onnx.suppress(
    onnx.reshape(boxes, [1, places, 4]),
    onnx.reshape(scores, [1, 1, places]),
    {
      overlap: below(attributes.overlap),
      least: attributes.scores === "softmax" ? below(confidence) : confidence,
    },
  );
  const kept = placesOf(onnx, selected);
  const label = onnx.gather(labels, kept, 0);
  const rows = onnx.concat([
    onnx.scale(label, 0),
    onnx.add(label, onnx.number(1)),
    onnx.gather(scores, kept, 0),
    onnx.gather(boxes, kept, 0),
  ], 1);
  return orNothing(onnx, rows, fixed(inputs.at(-1)!.shape[0]!));
};

/** The boxes of a grid, cell by cell: `[places, 1]`, `[places, 1]` and `[places, 4]`. */
function candidatesOf(
  onnx: OnnxBuilder,
  { classes, boxes, anchors, scores }: Settings,
  grid: OnnxValue,
  index: number,
) {
  const [batch, , height, width] = grid.shape.map(fixed) as [number, number, number, number];
  const cells = batch * height * width, places = cells * boxes;
  const each = onnx.reshape(grid, [batch, boxes, 5 + classes, height, width]);
  const table = onnx.reshape(onnx.transpose(each, [0, 3, 4, 1, 2]), [cells, boxes, 5 + classes]);
  const part = (start: number, length: number) => onnx.sliceAxis(table, 2, start, length);
  const corners = Float32Array.from({ length: cells * 2 }, (_, i) => {
    const cell = i >> 1;
    return i % 2 === 0 ? cell % width : Math.floor(cell / width) % height;
  });
  const own = Float32Array.from(anchors.slice(index * boxes * 2, (index + 1) * boxes * 2));
  const size = onnx.floats([2], Float32Array.of(width, height));
  const corner = onnx.floats([cells, 1, 2], corners);
  const middle = onnx.divide(onnx.add(corner, onnx.unary("Sigmoid", part(0, 2))), size);
  const extent = onnx.multiply(onnx.unary("Exp", part(2, 2)), onnx.floats([boxes, 2], own));
  const half = onnx.scale(onnx.divide(extent, size), 0.5);
  const object = onnx.unary("Sigmoid", part(4, 1));
  const logits = part(5, classes), best = onnx.reduce("ReduceMax", logits, [2], true);
  const score = scores === "softmax"
    ? onnx.divide(
      object,
      onnx.reduce("ReduceSum", onnx.unary("Exp", onnx.subtract(logits, best)), [2], true),
    )
    : onnx.multiply(object, onnx.unary("Sigmoid", best));
  const list = (x: OnnxValue, columns: number) => onnx.reshape(x, [places, columns]);
  return {
    labels: list(onnx.cast(onnx.argMax(logits, 2), "float"), 1),
    scores: list(score, 1),
    boxes: list(around(onnx, middle, half), 4),
  };
}
