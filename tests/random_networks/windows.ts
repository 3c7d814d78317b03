/**
 * Random layers with windows, such as convolution and pooling, and layers that crop, pad or resize.
 *
 * @module
 */
import { type Blob, type Draft, list, type Propose } from "./draft.ts";
import { count, sameShape } from "../../runtime/tensor.ts";

/** A window along one axis. */
interface Window {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly pad: number;
}

/** Whether a window has an output position; `enlarges` is that of a transposed convolution. */
function fits(
  { kernel, stride, dilation, pad }: Window,
  extent: number,
  enlarges: boolean,
): boolean {
  const reach = dilation * (kernel - 1) + 1;
  return enlarges ? stride * (extent - 1) + reach > 2 * pad : extent + 2 * pad >= reach;
}

/** Windows along some axes, with at least one output position. */
function windows(draft: Draft, extents: readonly number[], enlarges: boolean): readonly Window[] {
  const axes = extents.map((extent) => {
    const stride = draft.random.pick([1, 1, 2, 3]);
    const dilation = draft.random.pick([1, 1, 1, 2, 3]);
    const kernel = draft.maybe(0.15) ? extent : draft.between(1, Math.min(5, extent + 1));
    const window = { kernel, stride, dilation, pad: draft.random.pick([0, 0, 1, 2, 3]) };
    return fits(window, extent, enlarges) ? window : { ...window, kernel: 1, pad: 0 };
  });
  const [first] = axes as [Window];
  const areSame = draft.maybe(0.4) && extents.every((extent) => fits(first, extent, enlarges));
  return areSame ? axes.map(() => first) : axes;
}

/** A setting in one of its possible spellings. */
function spell(draft: Draft, both: string, named: string, values: readonly number[]): string {
  const ways = [list(both, values)];
  if (values.length > 0 && values.every((value) => value === values[0])) {
    ways.push(`${both}: ${values[0]}`);
  }
  if (values.length === 2 && named !== "") {
    ways.push(`${named}_h: ${values[0]} ${named}_w: ${values[1]}`);
  }
  return draft.random.pick(ways);
}

const divisors = (extent: number) =>
  Array.from({ length: extent }, (_, i) => i + 1).filter((group) => extent % group === 0);

function convolution(type: "Convolution" | "Deconvolution" | "Im2col"): Propose {
  return (draft) => {
    const most = type === "Convolution" ? 5 : 4;
    const bottom = draft.pick(({ length }) => length >= 3 && length <= most);
    if (bottom === undefined) return undefined;
    const { shape } = bottom.tensor, rank = shape.length;
    const axis = draft.maybe(0.85) ? 1 : draft.between(0, rank - 2);
    if (rank - axis - 1 > most - 2) return undefined;
    const channels = shape[axis]!;
    const group = draft.maybe(0.6) ? 1 : draft.random.pick(divisors(channels));
    const output = group *
      draft.between(1, Math.max(1, Math.floor(draft.random.pick([8, 70]) / group)));
    const found = windows(draft, shape.slice(axis + 1), type === "Deconvolution");
    const of = (key: "kernel" | "stride" | "dilation" | "pad") => found.map((one) => one[key]);
    const always = (values: readonly number[], usual: number) =>
      values.some((value) => value !== usual) || draft.maybe(0.3);
    const twins = draft.blobs.filter(({ tensor }) => sameShape(tensor.shape, shape));
    const bottoms = draft.maybe(0.06) && type !== "Im2col"
      ? [bottom, draft.random.pick(twins)]
      : [bottom];
    return {
      type,
      bottoms,
      tops: bottoms.length,
      settings: `convolution_param { ${type === "Im2col" ? "" : `num_output: ${output}`} ` +
        `${group > 1 ? `group: ${group}` : ""} ` +
        `${axis === 1 && draft.maybe(0.8) ? "" : `axis: ${draft.axis(axis, rank)}`} ` +
        `${spell(draft, "kernel_size", "kernel", of("kernel"))} ` +
        `${always(of("stride"), 1) ? spell(draft, "stride", "stride", of("stride")) : ""} ` +
        `${always(of("pad"), 0) ? spell(draft, "pad", "pad", of("pad")) : ""} ` +
        `${always(of("dilation"), 1) ? spell(draft, "dilation", "", of("dilation")) : ""} ` +
        `${draft.sometimes("bias_term: false", 0.3)} ${draft.sometimes("engine: CAFFE", 0.1)} }`,
    };
  };
}

const pooling: Propose = (draft) => {
  const bottom = draft.pick(({ length }) => length === 4);
  if (bottom === undefined) return undefined;
  const method = draft.random.pick(["MAX", "AVE"]);
  const mask = method === "MAX" && draft.maybe(0.1);
  const exact = method === "MAX";
  const common = { type: "Pooling", bottoms: [bottom], tops: mask ? 2 : 1, exact };
  if (draft.maybe(0.12)) {
    return { ...common, settings: `pooling_param { pool: ${method} global_pooling: true }` };
  }
  const [, , height, width] = bottom.tensor.shape;
  const [tall, wide] = [height!, width!].map((extent) => {
    const kernel = draft.maybe(0.1) ? extent : draft.between(1, Math.min(5, extent));
    const pad = draft.maybe(0.5) ? 0 : draft.random.below(kernel);
    return { kernel, pad, stride: draft.random.pick([1, 2, 2, 3, 4]) };
  });
  const two = (key: "kernel" | "pad" | "stride", both: string = key) => {
    const [h, w] = [tall![key], wide![key]];
    return h === w && draft.maybe(0.6) ? `${both}: ${h}` : `${key}_h: ${h} ${key}_w: ${w}`;
  };
  return {
    ...common,
    settings: `pooling_param { ${method === "MAX" && draft.maybe(0.5) ? "" : `pool: ${method}`} ` +
      `${two("kernel", "kernel_size")} ${two("stride")} ` +
      `${tall!.pad + wide!.pad > 0 || draft.maybe(0.2) ? two("pad") : ""} ` +
      `${draft.sometimes("ceil_mode: false", 0.15)} }`,
  };
};

const lrn: Propose = (draft) => {
  const bottom = draft.pick(({ length }) => length === 4);
  if (bottom === undefined) return undefined;
  const alpha = draft.random.pick([0.0001, 0.05, 1, 2]);
  const beta = draft.random.pick([0.75, 0.5, 1, 1.5]);
  return {
    type: "LRN",
    bottoms: [bottom],
    settings: `lrn_param { local_size: ${draft.random.pick([1, 3, 5, 7])} alpha: ${alpha} beta: ` +
      `${beta} ${draft.sometimes("norm_region: WITHIN_CHANNEL", 0.3)} ` +
      `${draft.sometimes("k: 2", 0.3)} }`,
  };
};

const spp: Propose = (draft) => {
  const bottom = draft.pick((shape) => shape.length === 4 && shape[2]! > 3 && shape[3]! > 3);
  return bottom && {
    type: "SPP",
    bottoms: [bottom],
    settings: `spp_param { pyramid_height: ${draft.between(1, 3)} ` +
      `${draft.sometimes("pool: AVE")} }`,
  };
};

const crop: Propose = (draft) => {
  const bottom = draft.pick(({ length }) => length > 0);
  if (bottom === undefined) return undefined;
  const { shape } = bottom.tensor;
  const from = draft.random.below(shape.length);
  const suits = ({ tensor }: Blob) =>
    tensor.shape.length === shape.length &&
    tensor.shape.every((extent, i) => i < from || extent <= shape[i]!);
  const reference = draft.random.pick(draft.blobs.filter(suits));
  const room = shape.map((extent, i) => extent - reference.tensor.shape[i]!).slice(from);
  const offsets = list("offset", offsetsWithin(room, draft));
  return {
    type: "Crop",
    bottoms: [bottom, reference],
    exact: true,
    settings: `crop_param { axis: ${draft.axis(from, shape.length)} ${offsets} }`,
  };
};

/** No offsets, one for all axes, or one for each. */
function offsetsWithin(room: readonly number[], draft: Draft): readonly number[] {
  if (draft.maybe(0.3)) return [];
  if (draft.maybe(0.3)) return [draft.between(0, Math.min(...room))];
  return room.map((most) => draft.between(0, most));
}

/** An image of fewer than 5000 elements after it is enlarged. */
const smallImage = (draft: Draft, times: number) =>
  draft.pick((shape) => shape.length === 4 && count(shape) * times < 5000);

const depthwise: Propose = (draft) => {
  const bottom = draft.pick(({ length }) => length === 4);
  if (bottom === undefined) return undefined;
  const [, channels, ...extents] = bottom.tensor.shape;
  const [one] = windows(draft, [Math.min(...extents)], false);
  const type = draft.random.pick(["DepthwiseConvolution", "ConvolutionDepthwise"]);
  return {
    type,
    bottoms: [bottom],
    settings: `convolution_param { num_output: ${channels} group: ${channels} kernel_size: ` +
      `${one!.kernel} stride: ${one!.stride} pad: ${one!.pad} ` +
      `${draft.sometimes("bias_term: false")} }`,
  };
};

const upsample: Propose = (draft) => {
  const bottom = smallImage(draft, 9);
  return bottom && {
    type: "Upsample",
    bottoms: [bottom],
    exact: true,
    settings: `upsample_param { scale: ${draft.between(1, 3)} }`,
  };
};

const interp: Propose = (draft) => {
  const bottom = smallImage(draft, 9);
  if (bottom === undefined) return undefined;
  const size = `height: ${draft.between(1, 12)} width: ${draft.between(1, 12)}`;
  const zoom = `zoom_factor: ${draft.between(1, 3)}`;
  const shrink = `shrink_factor: ${draft.between(1, 3)}`;
  return {
    type: "Interp",
    bottoms: [bottom],
    settings: `interp_param { ${draft.random.pick([size, zoom, shrink])} }`,
  };
};

const bilinear: Propose = (draft) => {
  const bottom = smallImage(draft, 9);
  if (bottom === undefined) return undefined;
  const size = draft.random.pick([
    `dst_h: ${draft.between(2, 12)} dst_w: ${draft.between(2, 12)}`,
    `scale_factor: ${draft.between(2, 5) / 2}`,
  ]);
  return {
    type: "BilinearInterpolate",
    bottoms: [bottom],
    settings: `bilinear_interpolate_param { ${size} align_corners: ` +
      `${draft.random.pick([true, false])} }`,
  };
};

const pad: Propose = (draft) => {
  const bottom = draft.pick((shape) => shape.length === 4 && shape[2]! > 2 && shape[3]! > 2);
  const sides = ["u", "d", "l", "r"].map((side) => `pad_${side}: ${draft.between(0, 2)}`);
  const type = draft.random.pick(["CONSTANT", "REPLICATE", "REFLECT"]);
  return bottom && {
    type: "Pad",
    bottoms: [bottom],
    settings: `pad_param { pad_type: ${type} pad_value: ${draft.between(0, 2)} ` +
      `${sides.join(" ")} }`,
  };
};

const reorg: Propose = (draft) => {
  const bottom = draft.pick((shape) =>
    shape.length === 4 && shape.slice(2).every((extent) => extent % 2 === 0)
  );
  return bottom && {
    type: "Reorg",
    bottoms: [bottom],
    exact: true,
    settings: "reorg_param { stride: 2 }",
  };
};

/** The layers that may be proposed, and their relative frequencies. */
export const windowLayers: readonly (readonly [chance: number, propose: Propose])[] = [
  [10, convolution("Convolution")],
  [3, convolution("Deconvolution")],
  [1, convolution("Im2col")],
  [5, pooling],
  [2, lrn],
  [1, spp],
  [1, crop],
  [1, depthwise],
  [1, upsample],
  [1, interp],
  [1, bilinear],
  [1, pad],
  [1, reorg],
];
