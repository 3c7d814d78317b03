/**
 * Random layers that rearrange blobs, and layers that reduce or normalize along axes.
 *
 * @module
 */
import { count } from "../../runtime/tensor.ts";
import { type Blob, type Draft, list, type Propose } from "./draft.ts";

/** A blob of at least some axes. */
const withAxes = (draft: Draft, least = 1) => draft.pick(({ length }) => length >= least);

const concat: Propose = (draft) => {
  const first = withAxes(draft);
  if (first === undefined) return undefined;
  const { shape } = first.tensor, rank = shape.length;
  const axis = rank > 1 && draft.maybe(0.6) ? 1 : draft.random.below(rank);
  const twins = draft.blobs.filter(({ tensor }) =>
    tensor.shape.length === rank && tensor.shape.every((n, i) => i === axis || n === shape[i])
  );
  const length = draft.random.pick([1, 2, 2, 2, 3, 4]);
  const bottoms: Blob[] = [first];
  while (bottoms.length < length) bottoms.push(draft.random.pick(twins));
  const spelled = draft.maybe(0.2) ? `concat_dim: ${axis}` : `axis: ${draft.axis(axis, rank)}`;
  return {
    type: "Concat",
    bottoms,
    exact: true,
    settings: axis === 1 && draft.maybe(0.5) ? "" : `concat_param { ${spelled} }`,
  };
};

const slice: Propose = (draft) => {
  const bottom = withAxes(draft);
  if (bottom === undefined) return undefined;
  const { shape } = bottom.tensor, rank = shape.length;
  const axis = rank > 1 && draft.maybe(0.6) ? 1 : draft.random.below(rank);
  const extent = shape[axis]!;
  const tops = draft.between(1, Math.min(4, extent));
  const points = new Set<number>();
  while (points.size < tops - 1) points.add(draft.between(1, extent - 1));
  const even = extent % tops === 0 && draft.maybe(0.5);
  const spelled = draft.maybe(0.2) ? `slice_dim: ${axis}` : `axis: ${draft.axis(axis, rank)}`;
  return {
    type: "Slice",
    bottoms: [bottom],
    tops,
    exact: true,
    settings: `slice_param { ${axis === 1 && draft.maybe(0.5) ? "" : spelled} ` +
      `${even ? "" : list("slice_point", [...points].sort((a, b) => a - b))} }`,
  };
};

const flatten: Propose = (draft) => {
  const bottom = withAxes(draft);
  if (bottom === undefined) return undefined;
  const rank = bottom.tensor.shape.length;
  const start = draft.random.below(rank), end = draft.between(start, rank - 1);
  return {
    type: "Flatten",
    bottoms: [bottom],
    exact: true,
    settings: draft.maybe(0.4) && rank > 1
      ? ""
      : `flatten_param { axis: ${draft.axis(start, rank)} end_axis: ${draft.axis(end, rank)} }`,
  };
};

const reshape: Propose = (draft) => {
  const bottom = withAxes(draft, 0);
  if (bottom === undefined) return undefined;
  const { shape } = bottom.tensor, rank = shape.length;
  const axis = draft.maybe(0.6) ? 0 : draft.between(0, rank);
  const axes = draft.maybe(0.6) ? rank - axis : draft.between(0, rank - axis);
  const old = shape.slice(axis, axis + axes);
  const parts: (number | string)[] = [];
  let rest = count(old);
  for (let i = draft.between(0, 4); i > 0; i--) {
    const factors = Array.from({ length: rest }, (_, i) => i + 1).filter((n) => rest % n === 0);
    const keep = old[parts.length];
    const extent = keep !== undefined && rest % keep === 0 && draft.maybe(0.5)
      ? keep
      : draft.random.pick(factors);
    parts.push(extent === keep && draft.maybe(0.6) ? 0 : extent);
    rest /= extent;
  }
  if (rest > 1 || draft.maybe(0.3)) parts.push(draft.maybe(0.6) ? -1 : rest);
  else if (draft.maybe(0.2) && parts.length > 0 && parts[0] !== 0) parts[0] = -1;
  // A negative axis counts from the position after the last axis, which is -1.
  const first = draft.maybe(0.3) ? axis - rank - 1 : axis;
  return {
    type: "Reshape",
    bottoms: [bottom],
    exact: true,
    settings: `reshape_param { shape { ${list("dim", parts)} } ` +
      `${axis > 0 ? `axis: ${first}` : ""} ` +
      `${axes < rank - axis || draft.maybe(0.1) ? `num_axes: ${axes}` : ""} }`,
  };
};

const tile: Propose = (draft) => {
  const tiles = draft.between(1, 3);
  const bottom = draft.pick((shape) => shape.length > 0 && count(shape) * tiles < 5000);
  if (bottom === undefined) return undefined;
  const rank = bottom.tensor.shape.length, axis = draft.random.below(rank);
  return {
    type: "Tile",
    bottoms: [bottom],
    exact: true,
    settings: `tile_param { axis: ${draft.axis(axis, rank)} tiles: ${tiles} }`,
  };
};

const reduction: Propose = (draft) => {
  const bottom = withAxes(draft);
  if (bottom === undefined) return undefined;
  const rank = bottom.tensor.shape.length, axis = draft.random.below(rank);
  return {
    type: "Reduction",
    bottoms: [bottom],
    settings: "reduction_param { operation: " +
      `${draft.random.pick(["SUM", "ASUM", "SUMSQ", "MEAN"])} axis: ${draft.axis(axis, rank)} ` +
      `${draft.sometimes("coeff: 0.25", 0.3)} }`,
  };
};

const argMax: Propose = (draft) => {
  const bottom = draft.pick(({ length }, { exact }) => exact && length > 0);
  if (bottom === undefined) return undefined;
  const { shape } = bottom.tensor, rank = shape.length;
  const axis = draft.maybe(0.5) ? draft.random.below(rank) : undefined;
  const most = axis === undefined ? count(shape.slice(1)) : shape[axis]!;
  return {
    type: "ArgMax",
    bottoms: [bottom],
    exact: true,
    settings: `argmax_param { ${axis === undefined ? "" : `axis: ${draft.axis(axis, rank)}`} ` +
      `top_k: ${draft.between(1, Math.min(4, most))} ` +
      `${draft.sometimes("out_max_val: true", 0.4)} }`,
  };
};

const softmax: Propose = (draft) => {
  const bottom = withAxes(draft, 2);
  if (bottom === undefined) return undefined;
  const rank = bottom.tensor.shape.length;
  return {
    type: "Softmax",
    bottoms: [bottom],
    mayBeInPlace: true,
    settings: draft.maybe(0.5)
      ? ""
      : `softmax_param { axis: ${draft.axis(draft.random.below(rank), rank)} }`,
  };
};

const mvn: Propose = (draft) => {
  const bottom = draft.pick((shape) => shape.length === 4 && count(shape.slice(2)) > 3);
  return bottom && {
    type: "MVN",
    bottoms: [bottom],
    settings: `mvn_param { ${draft.sometimes("normalize_variance: false", 0.3)} ` +
      `${draft.sometimes("across_channels: true", 0.4)} ${draft.sometimes("eps: 0.01", 0.5)} }`,
  };
};

const permute: Propose = (draft) => {
  const bottom = withAxes(draft, 2);
  if (bottom === undefined) return undefined;
  const axes = bottom.tensor.shape.map((_, axis) => axis);
  const order: number[] = [];
  for (let n = draft.between(1, axes.length); n > 0; n--) {
    order.push(...axes.splice(draft.random.below(axes.length), 1));
  }
  return {
    type: "Permute",
    bottoms: [bottom],
    exact: true,
    settings: `permute_param { ${list("order", order)} }`,
  };
};

const shuffle: Propose = (draft) => {
  const bottom = draft.pick((shape) => shape.length === 4 && shape[1]! % 2 === 0);
  return bottom && {
    type: "ShuffleChannel",
    bottoms: [bottom],
    exact: true,
    settings: "shuffle_channel_param { group: 2 }",
  };
};

const split: Propose = (draft) => {
  const bottom = draft.pick();
  return bottom && { type: "Split", bottoms: [bottom], tops: draft.between(1, 3), exact: true };
};

const batchReindex: Propose = (draft) => {
  const bottom = withAxes(draft, 1);
  if (bottom === undefined) return undefined;
  const [samples] = bottom.tensor.shape, length = draft.between(1, 4);
  const data = Float32Array.from({ length }, () => draft.random.below(samples!));
  const order = draft.input({ shape: [length], data });
  return { type: "BatchReindex", bottoms: [bottom, order], exact: true };
};

/** The layers that may be proposed, and their relative frequencies. */
export const axisLayers: readonly (readonly [chance: number, propose: Propose])[] = [
  [4, concat],
  [3, slice],
  [1, flatten],
  [2, reshape],
  [1, tile],
  [1, reduction],
  [1, argMax],
  [2, softmax],
  [1, mvn],
  [1, permute],
  [1, shuffle],
  [1, split],
  [0.3, batchReindex],
];
