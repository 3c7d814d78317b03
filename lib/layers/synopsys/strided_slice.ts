/**
 * StridedSlice and Piece of Synopsys's fork: slices along axes. StridedSlice may have strides, also
 * negative ones, like TensorFlow's `strided_slice` or, with `axes`, ONNX's Slice.
 *
 * @see https://github.com/foss-for-synopsys-dwc-arc-processors/synopsys-caffe/blob/master/src/caffe/layers/strided_slice_layer.cpp
 * @module
 */
import { int32, message, type MessageOf, onlyWith, repeated } from "../../../proto/message.ts";
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { axisOf, type Shape, showShape } from "../../../runtime/tensor.ts";
import { apply, defineLayer } from "../layer.ts";

const StridedSliceParameter = message("StridedSliceParameter", {
  begin: repeated(int32(0)),
  end: repeated(int32(0)),
  strides: repeated(int32(0)),
  /** The axes of the other settings, as in ONNX. */
  axes: repeated(int32(0)),
  begin_mask: int32(0, 0),
  end_mask: int32(0, 0),
  shrink_axis_mask: int32(0, 0),
  ...onlyWith({ ellipsis_mask: 0, new_axis_mask: 0 }),
});

/** A strided range of an axis. */
interface Range {
  readonly axis: number;
  readonly begin: number;
  readonly count: number;
  readonly stride: number;
  /** Whether the range depends on the extent of the axis. */
  readonly isFixed: boolean;
}

export const stridedSlice = defineLayer({
  type: "StridedSlice",
  ops: ["concat", "reshape", "reverse", "slice"],
  param: { name: "strided_slice_param", message: StridedSliceParameter },

  lower({ graph, name, param, bottoms: [bottom] }) {
    const ranges = rangesOf(param, bottom!.shape);
    const removed = param.axes.length > 0
      ? []
      : ranges.filter((_, i) => param.shrink_axis_mask >> i & 1).map(({ axis }) => axis).reverse();
    const node = (step: number) => step === removed.length ? name : `${name}/kept${step}`;
    const kept = sliced(graph, node(0), bottom!, ranges);
    return [removed.reduce(
      (value, axis, i) =>
        apply(graph, "reshape", node(i + 1), [value], { shape: [], axis, numAxes: 1 }),
      kept,
    )];
  },
});

export const piece = defineLayer({
  type: "Piece",
  ops: ["reshape", "slice"],
  param: {
    name: "piece_param",
    message: message("PieceParameter", { begin: repeated(int32(0)), size: repeated(int32(0)) }),
  },

  lower({ graph, name, param: { begin, size }, bottoms: [bottom] }) {
    const { shape } = bottom!;
    const isWhole = begin.length === shape.length && size.length === shape.length;
    const ranges = begin.map((begin, axis): Range => {
      const count = size[axis] === -1 ? shape[axis]! - begin : size[axis]!;
      const isFixed = size[axis] !== -1 && endsAt(axis, begin, begin + count, shape);
      return { axis, begin, count, stride: 1, isFixed };
    });
    if (
      !isWhole ||
      ranges.some(({ begin, count, axis }) =>
        begin < 0 || count < 1 || begin + count > shape[axis]!
      )
    ) {
      throw new TypeError(
        `its begin is ${showShape(begin)} and its size ${showShape(size)}, but they must be a ` +
          `range of each axis of its bottom ${showShape(shape)}`,
      );
    }
    return [sliced(graph, name, bottom!, ranges)];
  },
});

/** The ranges that the settings describe. */
function rangesOf(param: MessageOf<typeof StridedSliceParameter>, shape: Shape): readonly Range[] {
  const { begin: begins, end: ends, strides, axes } = param;
  const isNamed = axes.length > 0;
  const masks = isNamed ? { begin: 0, end: 0, shrink: 0 } : {
    begin: param.begin_mask,
    end: param.end_mask,
    shrink: param.shrink_axis_mask,
  };
  if (
    ends.length !== begins.length || begins.length > shape.length || strides.includes(0) ||
    strides.length > 0 && strides.length !== begins.length ||
    isNamed && axes.length !== begins.length
  ) {
    throw new TypeError(
      `it has ${begins.length} begin, ${ends.length} end, ${strides.length} strides and ` +
        `${axes.length} axes for its bottom ${showShape(shape)}, but begin and end must be as ` +
        "many, and so must the others, if there are any, and no stride be 0",
    );
  }
  return begins.map((given, i) => {
    const axis = axisOf(isNamed ? axes[i]! : i, shape.length), extent = shape[axis]!;
    if (given < 0 && shape[i] !== extent) {
      throw new TypeError(
        `its begin is ${given} for axis ${axis}, which the fork counts from the end of axis ${i}; ` +
          "use a number that counts from the start",
      );
    }
    const isSet = (mask: number) => (mask >> i & 1) === 1;
    const fromEnd = (place: number, least: number) =>
      place < 0 ? Math.max(place + extent, least) : place;
    const begin = Math.min(fromEnd(given, 0), extent - 1);
    if (isSet(masks.shrink)) return { axis, begin, count: 1, stride: 1, isFixed: given < 0 };
    const stride = strides[i] ?? 1, isForward = stride > 0;
    const [first, behindLast] = isForward ? [0, extent] as const : [extent - 1, -1] as const;
    const start = isSet(masks.begin) ? first : begin;
    const end = isSet(masks.end) ? behindLast : Math.min(fromEnd(ends[i]!, -1), extent);
    const count = Math.ceil((end - start) / stride);
    if (count < 1) {
      throw new TypeError(
        `its range of axis ${axis} is from ${start} to ${end} in steps of ${stride}, which is empty`,
      );
    }
    const isBeginRelative = !isSet(masks.begin) && (given < 0 || given >= extent);
    const isEndRelative = !isSet(masks.end) &&
      (ends[i]! < 0 || endsAt(axis, start, ends[i]!, shape));
    const isFixed = stride !== 1 || isBeginRelative || isEndRelative;
    return { axis, begin: start, count, stride, isFixed };
  });
}

/**
 * Whether a range that is told to end there ends where an axis does, of which a larger image has more.
 * Of samples all are meant, if it starts with the first.
 */
function endsAt(axis: number, begin: number, end: number, shape: Shape): boolean {
  return (axis > 0 || begin > 0) && end === shape[axis];
}

/** The slice of a value by some ranges. */
function sliced(
  graph: GraphBuilder,
  name: string,
  value: Value,
  ranges: readonly Range[],
): Value {
  const changing = ranges.filter(({ axis, begin, count, stride, isFixed }) =>
    begin !== 0 || stride !== 1 || count !== value.shape[axis] || isFixed
  );
  // The ranges are complete, so the value itself is the top.
  if (changing.length === 0) return value;
  return changing.reduce(
    (value, range, i) =>
      slicedAlong(
        graph,
        i === changing.length - 1 ? name : `${name}/axis${range.axis}`,
        value,
        range,
      ),
    value,
  );
}

function slicedAlong(
  graph: GraphBuilder,
  name: string,
  value: Value,
  { axis, begin, count, stride, isFixed }: Range,
): Value {
  const extent = value.shape[axis]!;
  const reshaped = (role: string, value: Value, shape: Shape, axis: number) =>
    apply(graph, "reshape", role, [value], { shape, axis, numAxes: 1 });
  const same = isFixed ? reshaped(`${name}/extent`, value, [extent], axis) : value;
  if (stride < 0) {
    const reversed = apply(graph, "reverse", `${name}/turned`, [same], { axis });
    const range = { axis, begin: extent - 1 - begin, count, stride: -stride, isFixed: false };
    return slicedAlong(graph, name, reversed, range);
  }
  const range = (node: string, from: Value, along: number, start: number, end: number) =>
    start === 0 && end === from.shape[along] ? from : apply(graph, "slice", node, [from], {
      axis: along,
      start,
      end: end === from.shape[along] ? 0 : end,
    });
  if (stride === 1 || count === 1) return range(name, same, axis, begin, begin + count);
  // The first of each group of `stride` positions, and a last one without a complete group.
  const whole = begin + count * stride <= extent ? count : count - 1;
  const groups = reshaped(
    `${name}/groups`,
    range(`${name}/part`, same, axis, begin, begin + whole * stride),
    [whole, stride],
    axis,
  );
  const firsts = range(`${name}/firsts`, groups, axis + 1, 0, 1);
  const flat = reshaped(whole === count ? name : `${name}/first`, firsts, [], axis + 1);
  if (whole === count) return flat;
  const place = begin + whole * stride;
  const last = range(`${name}/last`, same, axis, place, place + 1);
  return apply(graph, "concat", name, [flat, last], { axis });
}
