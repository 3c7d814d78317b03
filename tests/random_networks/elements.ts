/**
 * Random element-wise layers, with one bottom or several.
 *
 * @module
 */
import { sameShape } from "../../runtime/tensor.ts";
import { type Blob, type Draft, list, type Propose } from "./draft.ts";

/** A layer with one bottom. */
function simple(
  type: string,
  settings: (draft: Draft) => string = () => "",
  exact = false,
): Propose {
  return (draft) => {
    const bottom = draft.pick();
    return bottom &&
      { type, bottoms: [bottom], settings: settings(draft), exact, mayBeInPlace: true };
  };
}

const base = (draft: Draft) => draft.random.pick(["", "", "base: 2", "base: 10", "base: 0.5"]);
const scale = (draft: Draft) => draft.random.pick(["", "scale: 0.5", "scale: -0.25", "scale: 1.5"]);
const shift = (draft: Draft) => draft.random.pick(["", "shift: 0.5", "shift: -1", "shift: 3"]);

/** A Threshold of an exact bottom, since rounding could change the comparison. */
const threshold: Propose = (draft) => {
  const bottom = draft.pick((_, { exact }) => exact);
  const at = draft.random.pick([0, 0.125, -0.5]);
  return bottom && {
    type: "Threshold",
    bottoms: [bottom],
    settings: `threshold_param { threshold: ${at} }`,
    exact: true,
    mayBeInPlace: true,
  };
};

/** An AbsVal, which Caffe does not support in place. */
const absVal: Propose = (draft) => {
  const bottom = draft.pick();
  return bottom && { type: "AbsVal", bottoms: [bottom], exact: true };
};

const eltwise: Propose = (draft) => {
  const first = draft.pick();
  if (first === undefined) return undefined;
  const twins = draft.blobs.filter(({ tensor }) => sameShape(tensor.shape, first.tensor.shape));
  const bottoms: Blob[] = [first];
  const length = draft.random.pick([2, 2, 2, 3, 4]);
  while (bottoms.length < length) bottoms.push(draft.random.pick(twins));
  const operation = draft.random.pick(["SUM", "SUM", "SUM", "PROD", "MAX"]);
  const coefficients = operation === "SUM" && draft.maybe(0.4)
    ? bottoms.map(() => draft.random.pick([1, -1, 0.5, 2, 0]))
    : [];
  return {
    type: "Eltwise",
    bottoms: draft.maybe(0.5) ? bottoms : bottoms.reverse(),
    exact: operation === "MAX",
    settings: `eltwise_param { operation: ${operation} ${list("coeff", coefficients)} }`,
  };
};

/** The layers that may be proposed, and their relative frequencies. */
export const elementLayers: readonly (readonly [chance: number, propose: Propose])[] = [
  [5, simple("ReLU", (draft) => draft.sometimes("relu_param { negative_slope: 0.1 }", 0.3))],
  [1, simple("Sigmoid")],
  [1, simple("TanH")],
  [1, absVal],
  [1, simple("BNLL")],
  [1, simple("ELU", (draft) => `elu_param { alpha: ${draft.random.pick([1, 0.5, 2])} }`)],
  [1, simple("Dropout", (draft) => draft.sometimes("dropout_param { dropout_ratio: 0.4 }"))],
  [1, simple("ReLU6")],
  [1, simple("Swish", (draft) => draft.sometimes("swish_param { beta: 1.5 }"))],
  [1, simple("Mish")],
  [1, simple("HardSwish")],
  [1, simple("Clip", () => "clip_param { min: -0.75 max: 1.25 }", true)],
  [
    2,
    simple(
      "Power",
      (draft) =>
        `power_param { power: ${draft.random.pick([1, 1, 2, 3, 0.5, 0])} ${scale(draft)} ` +
        `${shift(draft)} }`,
    ),
  ],
  [1, simple("Exp", (draft) => `exp_param { ${base(draft)} ${scale(draft)} ${shift(draft)} }`)],
  [1, simple("Log", (draft) => `log_param { ${base(draft)} ${scale(draft)} ${shift(draft)} }`)],
  [1, threshold],
  [6, eltwise],
];
