/**
 * Region pooling in ONNX's operators.
 *
 * @module
 */
import { fixed } from "../open_batch.ts";
import type { OnnxBuilder } from "./builder.ts";
import type { Entry } from "./entry.ts";
import type { OnnxValue } from "./node.ts";

/** Boxes as `[R, 5]`: the index of the image, then left, top, right and bottom. */
function listed(onnx: OnnxBuilder, boxes: OnnxValue): OnnxValue {
  return onnx.reshape(boxes, [boxes.shape[0]!, 5]);
}

export const roiPool: Entry<"roiPool"> = ({ onnx, attributes, inputs: [x, boxes], shape }) =>
  onnx.node("MaxRoiPool", [x!, listed(onnx, boxes!)], shape, {
    pooled_shape: { ints: attributes.bins },
    spatial_scale: { f: attributes.scale },
  });

export const roiAverage: Entry<"roiAverage"> = ({ onnx, attributes, inputs, shape }) => {
  const { bins, scale, samples, output, method } = attributes;
  if (output > 0 || method !== "average") {
    throw new TypeError(
      "ONNX's RoiAlign has no bins with channels of their own, and takes the mean of other samples",
    );
  }
  const boxes = listed(onnx, inputs[1]!);
  const [regions] = boxes.shape as [number];
  const images = onnx.cast(onnx.reshape(onnx.sliceAxis(boxes, 1, 0, 1), [regions]), "int64");
  return onnx.node("RoiAlign", [inputs[0]!, onnx.sliceAxis(boxes, 1, 1, 4), images], shape, {
    output_height: { i: bins[0] },
    output_width: { i: bins[1] },
    sampling_ratio: { i: samples },
    spatial_scale: { f: scale },
    coordinate_transformation_mode: { s: "output_half_pixel" },
  });
};

/**
 * Means of bins from an integral image, in which each element is the sum of all above and left of it.
 * Sums are in double precision, because the small differences of large sums would lose digits.
 */
export const psroiPool: Entry<"psroiPool"> = ({ onnx, attributes, inputs, shape }) => {
  const { output, group, scale } = attributes;
  const [batch, channels, height, width] = inputs[0]!.shape.map(fixed) as [
    number,
    number,
    number,
    number,
  ];
  const boxes = listed(onnx, inputs[1]!), [regions] = shape as [number];
  const column = (i: number) => onnx.reshape(onnx.sliceAxis(boxes, 1, i, 1), [regions, 1]);
  const exact = onnx.cast(inputs[0]!, "double");
  const sums = onnx.cumulate(onnx.cumulate(exact, 2), 3);
  const [rows, columns] = [height + 1, width + 1];
  const integral = onnx.reshape(padded(onnx, sums), [batch * channels * rows * columns]);
  const along = (low: number, extent: number) =>
    bordersOf(onnx, [column(low), column(low + 2)], group, scale, extent);
  const x = along(1, width), y = along(2, height);
  const image = onnx.unary("Floor", column(0));
  const known = onnx.clip(image, 0, batch - 1);
  // Each bin of each output reads its own channel.
  const channelStarts = Array.from({ length: output * group ** 2 }, (_, i) => i * rows * columns);
  const ofImage = onnx.multiply(onnx.cast(known, "int64"), onnx.ints([channels * rows * columns]));
  const planes = onnx.add(
    onnx.reshape(ofImage, [regions, 1, 1, 1]),
    onnx.reshape(onnx.ints(channelStarts), [1, output, group, group]),
  );
  const corner = (row: OnnxValue, column: OnnxValue) => {
    const starts = onnx.scale(onnx.reshape(row, [regions, 1, group, 1]), columns);
    const offsets = onnx.add(starts, onnx.reshape(column, [regions, 1, 1, group]));
    const indices = onnx.add(planes, onnx.cast(offsets, "int64"));
    return onnx.gather(integral, indices, 0);
  };
  const total = onnx.add(
    onnx.subtract(corner(y.end, x.end), corner(y.start, x.end)),
    onnx.subtract(corner(y.start, x.start), corner(y.end, x.start)),
  );
  const extent = ({ start, end }: Borders, at: readonly number[]) =>
    onnx.reshape(onnx.binary("Max", onnx.subtract(end, start), onnx.number(0)), at);
  const area = onnx.multiply(
    extent(y, [regions, 1, group, 1]),
    extent(x, [regions, 1, 1, group]),
  );
  const isKnown = onnx.reshape(onnx.compare("Equal", known, image), [regions, 1, 1, 1]);
  const isFull = onnx.compare("And", isKnown, onnx.compare("Greater", area, onnx.number(0)));
  const divisor = onnx.where(isFull, area, onnx.number(1));
  const mean = onnx.cast(onnx.divide(total, onnx.cast(divisor, "double")), "float");
  return onnx.where(isFull, mean, onnx.number(0));
};

/** The start and end of each region's bins along an axis, `[R, bins]`, clamped to the image. */
interface Borders {
  readonly start: OnnxValue;
  readonly end: OnnxValue;
}

function bordersOf(
  onnx: OnnxBuilder,
  sides: readonly [low: OnnxValue, high: OnnxValue],
  bins: number,
  scale: number,
  extent: number,
): Borders {
  const [low, last] = sides.map((side) => {
    const whole = onnx.unary("Floor", onnx.add(onnx.unary("Abs", side), onnx.number(0.5)));
    return onnx.multiply(onnx.unary("Sign", side), whole);
  }) as [OnnxValue, OnnxValue];
  const start = onnx.scale(low, scale);
  const end = onnx.scale(onnx.add(last, onnx.number(1)), scale);
  const length = onnx.binary("Max", onnx.subtract(end, start), onnx.number(0.1));
  const bin = onnx.divide(length, onnx.number(bins));
  const border = (first: number) => {
    const places = Float32Array.from({ length: bins }, (_, i) => first + i);
    return onnx.add(onnx.multiply(onnx.floats([1, bins], places), bin), start);
  };
  return {
    start: onnx.clip(onnx.unary("Floor", border(0)), 0, extent),
    end: onnx.clip(onnx.unary("Ceil", border(1)), 0, extent),
  };
}

/** Pads each plane with zeros above and left. */
function padded(onnx: OnnxBuilder, x: OnnxValue): OnnxValue {
  const shape = x.shape.map((extent, axis) => axis < 2 ? extent : extent + 1);
  const pads = onnx.ints([0, 0, 1, 1, 0, 0, 0, 0]);
  return onnx.node("Pad", [x, pads], shape, {}, x.type);
}
