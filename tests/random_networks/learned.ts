/**
 * Random layers with learned blobs: inner products, scales, biases, normalization and recurrence.
 *
 * @module
 */
import { count, sameShape } from "../../runtime/tensor.ts";
import type { Draft, Propose } from "./draft.ts";

const innerProduct: Propose = (draft) => {
  const bottom = draft.pick(({ length }) => length > 0);
  if (bottom === undefined) return undefined;
  const rank = bottom.tensor.shape.length;
  const axis = rank > 1 && draft.maybe(0.7) ? 1 : draft.random.below(rank);
  return {
    type: "InnerProduct",
    bottoms: [bottom],
    settings: `inner_product_param { num_output: ${draft.between(1, draft.random.pick([8, 70]))} ` +
      `${axis === 1 && draft.maybe(0.6) ? "" : `axis: ${draft.axis(axis, rank)}`} ` +
      `${draft.sometimes("bias_term: false", 0.3)} ${draft.sometimes("transpose: true", 0.2)} }`,
  };
};

/** A Scale or Bias whose operand is learned, or another blob. */
function scaleOrBias(type: "Scale" | "Bias"): Propose {
  return (draft) => {
    const bottom = draft.pick();
    if (bottom === undefined) return undefined;
    const { shape } = bottom.tensor, rank = shape.length;
    const param = type === "Scale" ? "scale_param" : "bias_param";
    const terms = type === "Scale" ? draft.sometimes("bias_term: true") : "";
    if (draft.maybe(0.3)) {
      const axis = draft.random.below(rank + 1);
      const others = draft.blobs.filter(({ tensor }) =>
        axis + tensor.shape.length <= rank &&
        sameShape(tensor.shape, shape.slice(axis, axis + tensor.shape.length))
      );
      if (others.length === 0) return undefined;
      const other = draft.random.pick(others);
      const spelled = other.tensor.shape.length > 0 || axis < rank ? `axis: ${axis}` : "axis: 0";
      return { type, bottoms: [bottom, other], settings: `${param} { ${spelled} ${terms} }` };
    }
    const axis = rank > 1 && draft.maybe(0.6) ? 1 : draft.random.below(Math.max(1, rank));
    const axes = draft.random.pick([1, 1, 1, -1, 0, draft.between(1, rank - axis)]);
    return {
      type,
      bottoms: [bottom],
      mayBeInPlace: true,
      settings: `${param} { ` +
        `${axis === 1 && draft.maybe(0.6) ? "" : `axis: ${draft.axis(axis, rank)}`} ` +
        `${axes === 1 && draft.maybe(0.6) ? "" : `num_axes: ${axes}`} ${terms} }`,
    };
  };
}

const batchNorm: Propose = (draft) => {
  const bottom = draft.pick(({ length }) => length > 0);
  const own = bottom !== undefined &&
    count(bottom.tensor.shape) > 16 * (bottom.tensor.shape[1] ?? 1) &&
    draft.maybe(0.15);
  return bottom && {
    type: "BatchNorm",
    bottoms: [bottom],
    mayBeInPlace: true,
    settings: "batch_norm_param { " +
      `${own ? "use_global_stats: false" : draft.sometimes("use_global_stats: true")} ` +
      `${draft.sometimes("eps: 0.001", 0.4)} }`,
  };
};

const prelu: Propose = (draft) => {
  const bottom = draft.pick(({ length }) => length > 1);
  return bottom && {
    type: "PReLU",
    bottoms: [bottom],
    mayBeInPlace: true,
    settings: `prelu_param { ${draft.sometimes("channel_shared: true", 0.3)} }`,
  };
};

const normalize: Propose = (draft) => {
  const bottom = draft.pick(({ length }) => length === 4);
  return bottom && {
    type: "Normalize",
    bottoms: [bottom],
    settings: `norm_param { ${draft.sometimes("across_spatial: false")} ` +
      `${draft.sometimes("channel_shared: false")} ${draft.sometimes("eps: 0.001")} }`,
  };
};

const embed: Propose = (draft) => {
  const inputs = draft.between(1, 9);
  const shape = [draft.between(1, 3), draft.between(1, 4)].slice(draft.random.below(2));
  const data = Float32Array.from({ length: count(shape) }, () => draft.random.below(inputs));
  return {
    type: "Embed",
    bottoms: [draft.input({ shape, data })],
    settings: `embed_param { num_output: ${draft.between(1, 9)} input_dim: ${inputs} ` +
      `${draft.sometimes("bias_term: false")} }`,
  };
};

function recurrent(type: "LSTM" | "RNN"): Propose {
  return (draft: Draft) => {
    const bottom = draft.pick((shape) => shape.length > 2 && shape[0]! > 1);
    if (bottom === undefined) return undefined;
    const [steps, streams] = bottom.tensor.shape as [number, number];
    const data = Float32Array.from({ length: steps * streams }, () => draft.random.below(2));
    const cont = draft.input({ shape: [steps, streams], data });
    const still = draft.pick(({ length, 0: samples }) => length > 1 && samples === streams);
    return {
      type,
      bottoms: draft.maybe(0.3) && still ? [bottom, cont, still] : [bottom, cont],
      settings: `recurrent_param { num_output: ${draft.between(1, 9)} }`,
    };
  };
}

/** The layers that may be proposed, and their relative frequencies. */
export const learnedLayers: readonly (readonly [chance: number, propose: Propose])[] = [
  [3, innerProduct],
  [4, scaleOrBias("Scale")],
  [2, scaleOrBias("Bias")],
  [4, batchNorm],
  [2, prelu],
  [1, normalize],
  [0.5, embed],
  [0.5, recurrent("LSTM")],
  [0.5, recurrent("RNN")],
];
