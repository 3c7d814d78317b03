/**
 * Data movement ops in ONNX's operators.
 *
 * @module
 */
import { startsOf } from "../../../runtime/ops/crop.ts";
import { rangeOf } from "../../../runtime/ops/slice.ts";
import { axisOf, count, type Shape4 } from "../../../runtime/tensor.ts";
import * as composed from "../composed.ts";
import { BatchMatters, fixed } from "../open_batch.ts";
import { arrayOps } from "./array_ops.ts";
import type { Entry } from "./entry.ts";
import { resize } from "./resize.ts";

export const concat: Entry<"concat"> = ({ onnx, attributes, inputs }) =>
  onnx.concat(inputs, axisOf(attributes.axis, inputs[0]!.shape.length));

export const slice: Entry<"slice"> = ({ onnx, attributes, inputs: [x] }) => {
  const axis = axisOf(attributes.axis, x!.shape.length);
  const [start, end] = rangeOf(attributes, fixed(x!.shape[axis]!));
  return onnx.slice(x!, [{ axis, start, end }]);
};

/** Only the shape of the second input matters. */
export const crop: Entry<"crop"> = ({ onnx, attributes, inputs: [x], shape }) => {
  const starts = startsOf(attributes, shape);
  const first = axisOf(attributes.axis, shape.length);
  return onnx.slice(
    x!,
    shape.slice(first).map((extent, i) => {
      const start = starts[first + i]!;
      return { axis: first + i, start, end: start + fixed(extent) };
    }),
  );
};

export const reshape: Entry<"reshape"> = ({ onnx, inputs: [x], shape }) => {
  // The shape of all detections that there may be does not tell where their number goes.
  if (x!.shape.includes(-1) && !shape.includes(-1)) throw new BatchMatters();
  return onnx.reshape(x!, shape);
};

export const permute: Entry<"permute"> = ({ onnx, attributes: { order }, inputs: [x] }) =>
  onnx.transpose(x!, order);

export const tile: Entry<"tile"> = ({ onnx, attributes, inputs: [x], shape }) => {
  const axis = axisOf(attributes.axis, shape.length);
  const repeats = onnx.ints(shape.map((_, i) => i === axis ? attributes.tiles : 1));
  return onnx.node("Tile", [x!, repeats], shape);
};

export const reverse: Entry<"reverse"> = ({ onnx, attributes, inputs: [x] }) =>
  onnx.reverse(x!, axisOf(attributes.axis, x!.shape.length));

/** Reverses each sequence up to its length; what follows stays, or becomes zeros. */
export const reverseTime: Entry<"reverseTime"> = ({ onnx, attributes, inputs, shape }) => {
  const [x, lengths] = inputs;
  const steps = fixed(shape[0]!), sequences = shape[1]!;
  const column = onnx.reshape(lengths!, [sequences]);
  const ends = onnx.cast(onnx.clip(column, 0, steps), "int64");
  const turned = onnx.node("ReverseSequence", [x!, ends], shape, {
    batch_axis: { i: 1 },
    time_axis: { i: 0 },
  });
  if (attributes.keepRest) return turned;
  const time = Float32Array.from({ length: steps }, (_, t) => t);
  const row = onnx.reshape(onnx.cast(ends, "float"), [1, sequences]);
  const within = onnx.compare("Less", onnx.floats([steps, 1], time), row);
  const rest = shape.slice(2).map(() => 1);
  const mask = onnx.reshape(within, [steps, sequences, ...rest]);
  return onnx.where(mask, turned, onnx.number(0));
};

/** Nearest-neighbor upsampling by integer factors. */
export const upsample: Entry<"upsample"> = ({ onnx, inputs: [x], shape }) =>
  resize(onnx, x!, shape, {
    mode: { s: "nearest" },
    coordinate_transformation_mode: { s: "asymmetric" },
    nearest_mode: { s: "floor" },
  });

export const reorg: Entry<"reorg"> = ({ onnx, attributes, inputs: [x], shape }) =>
  composed.reorg(arrayOps(onnx), x!, attributes, shape);

/** Positions outside the table select its first or last row. */
export const gather: Entry<"gather"> = ({ onnx, inputs: [positions, table] }) => {
  const nearest = onnx.clip(positions!, 0, fixed(table!.shape[0]!) - 1);
  return onnx.gather(table!, onnx.cast(nearest, "int64"), 0);
};

/**
 * Elements with positions outside the plane are written to an extra position after it, which is then
 * cut off. If windows overlap and several elements have one position, ONNX does not define which is
 * kept.
 */
export const unpool: Entry<"unpool"> = ({ onnx, inputs: [x, positions], shape }) => {
  const [batch, channels, rows, columns] = shape as Shape4;
  const small = count(x!.shape.slice(2)), large = rows * columns;
  const flat = onnx.reshape(x!, [batch, channels, small]);
  const targets = onnx.reshape(positions!, [batch, channels, small]);
  const isInside = onnx.compare(
    "And",
    onnx.compare("GreaterOrEqual", targets, onnx.number(0)),
    onnx.compare("Less", targets, onnx.number(large)),
  );
  const safe = onnx.where(isInside, targets, onnx.number(large));
  // A plane of zeros, broadcast to the batch by adding zeros made of the positions.
  const zeros = onnx.scale(onnx.sliceAxis(safe, 2, 0, 1), 0);
  const empty = onnx.add(zeros, onnx.floats([1, 1, large + 1], new Float32Array(large + 1)));
  const indices = onnx.cast(safe, "int64");
  const filled = onnx.node("ScatterElements", [empty, indices, flat], empty.shape, {
    axis: { i: 2 },
  });
  return onnx.reshape(onnx.sliceAxis(filled, 2, 0, large), shape);
};
