/**
 * LSTM and RNN: recurrent layers over the steps of sequences.
 *
 * Bottoms are the data `[T, N, …]`, for each step whether its sequence continues (1) or starts (0)
 * `[T, N]`, then static data `[N, …]`, if there is any, and with `expose_hidden` the initial
 * states. Without it, the state is kept between runs, so that a sequence can continue.
 *
 * @see https://github.com/BVLC/caffe/blob/master/src/caffe/layers/recurrent_layer.cpp
 *
 * @module
 */
import { bool, message, type MessageOf, nested, onlyWith, uint32 } from "../../../proto/message.ts";
import { count } from "../../../runtime/tensor.ts";
import { FillerParameter } from "../../caffe/schema.ts";
import { expectFew } from "../few.ts";
import { constant } from "../filler.ts";
import {
  apply,
  type BlobSpec,
  defineLayer,
  type LayerInstance,
  type LayerShape,
} from "../layer.ts";
import { expectPositive } from "../positive.ts";

/** Caffe's settings, which forks add to. */
export const recurrentFields = {
  num_output: uint32(1, 0),
  weight_filler: nested(2, FillerParameter),
  bias_filler: nested(3, FillerParameter),
  debug_info: bool(4, false),
  expose_hidden: bool(5, false),
};

/** The most steps of layers that are unrolled, since each adds nodes. No real network has more. */
export const mostSteps = 1000;

/** @throws {TypeError} if there are too many steps to unroll. */
export function expectFewSteps(steps: number): void {
  expectFew(steps, "steps", mostSteps);
}

const RecurrentParameter = message("RecurrentParameter", {
  ...recurrentFields,
  ...onlyWith({ forget_bias: 0, tf_rnn: false }),
});

export type RecurrentParameter = MessageOf<typeof RecurrentParameter>;

export const recurrentParam = { name: "recurrent_param", number: 146, message: RecurrentParameter };

/** LSTM: long short-term memory. Its blobs are weights of the data, of static data, and of the state. */
export const lstm = defineLayer({
  type: "LSTM",
  ops: ["affine", "dense", "recurrent", "slice"],
  param: recurrentParam,
  bottoms: [2, 5],
  tops: [1, 3],

  blobs: (layer) => recurrentBlobs(layer, 4, 2),

  lower(layer) {
    const { graph, name, param: { expose_hidden }, bottoms } = layer;
    const { gates, weights, states } = gatesOf(layer, ["h_0", "c_0"]);
    const inputs = [gates, bottoms[1]!, ...states, weights];
    const all = apply(graph, "recurrent", `${name}/all`, inputs, { kind: "lstm" });
    const hidden = apply(graph, "slice", name, [all], { axis: 0, end: -1 });
    const last = [
      apply(graph, "slice", `${name}/h_T`, [all], { axis: 0, start: -2, end: -1 }),
      apply(graph, "slice", `${name}/c_T`, [all], { axis: 0, start: -1 }),
    ];
    if (!expose_hidden) states.forEach((state, i) => graph.remember(state, last[i]!));
    return [hidden, ...last];
  },
});

/** RNN: a tanh of the weighted data and last hidden state, then a tanh of the weighted hidden state. */
export const rnn = defineLayer({
  type: "RNN",
  ops: ["dense", "recurrent", "slice", "tanh"],
  param: recurrentParam,
  bottoms: [2, 4],
  tops: [1, 2],

  blobs(layer) {
    const { num_output, weight_filler, bias_filler } = layer.param;
    return [
      ...recurrentBlobs(layer, 1, 1),
      {
        name: "output_weights",
        shape: [num_output, num_output],
        filler: weight_filler ?? constant(0),
      },
      { name: "output_biases", shape: [num_output], filler: bias_filler ?? constant(0) },
    ];
  },

  lower(layer) {
    const { graph, name, param: { expose_hidden, num_output }, bottoms, blobs } = layer;
    const { gates, weights, states } = gatesOf(layer, ["h_0"]);
    const inputs = [gates, bottoms[1]!, ...states, weights];
    const hidden = apply(graph, "recurrent", `${name}/hidden`, inputs, { kind: "tanh" });
    const said = apply(graph, "dense", `${name}/said`, [hidden, ...blobs.slice(-2)], {
      output: num_output,
      axis: 2,
    });
    const last = apply(graph, "slice", `${name}/h_T`, [hidden], { axis: 0, start: -1 });
    if (!expose_hidden) graph.remember(states[0]!, last);
    return [apply(graph, "tanh", name, [said], {}), last];
  },
});

/** Whether there is static data. */
function hasStatic({ param, shapes }: LayerShape<RecurrentParameter>, states: number): boolean {
  return shapes.length - (param.expose_hidden ? states : 0) === 3;
}

function recurrentBlobs(
  layer: LayerShape<RecurrentParameter>,
  gates: number,
  states: number,
): BlobSpec[] {
  const { param: { num_output, weight_filler, bias_filler, expose_hidden }, shapes } = layer;
  expectPositive({ num_output });
  const isStatic = hasStatic(layer, states);
  const needed = 2 + (isStatic ? 1 : 0) + (expose_hidden ? states : 0);
  if (shapes.length !== needed) {
    throw new TypeError(
      `it has ${shapes.length} bottoms, but needs ${needed}: the data, the continuation flags, ` +
        "perhaps static data, and with expose_hidden the initial states",
    );
  }
  const rows = gates * num_output;
  const because = `num_output ${num_output}`;
  const filler = weight_filler ?? constant(0);
  const weights = (name: string, inputs: number) => [
    { name, shape: [rows, inputs], filler, because },
  ];
  return [
    ...weights("weights", count(shapes[0]!.slice(2))),
    { name: "biases", shape: [rows], filler: bias_filler ?? constant(0), because },
    ...(isStatic ? weights("static_weights", count(shapes[2]!.slice(1))) : []),
    ...weights("hidden_weights", num_output),
  ];
}

/** The contribution of the data to each gate, the recurrent weights, and the initial states. */
function gatesOf(layer: LayerInstance<RecurrentParameter>, names: readonly string[]) {
  const { graph, name, bottoms, blobs, param: { expose_hidden, num_output } } = layer;
  const [weights, biases, ...others] = blobs;
  const output = weights!.shape[0]!;
  const data = apply(graph, "dense", `${name}/gates`, [bottoms[0]!, weights!, biases!], {
    output,
    axis: 2,
  });
  const shape = [1, data.shape[1]!, num_output];
  const states = expose_hidden
    ? bottoms.slice(-names.length)
    : names.map((state) => graph.input(`${name}/${state}`, shape));
  if (!hasStatic(layer, names.length)) return { gates: data, weights: others[0]!, states };
  const still = apply(graph, "dense", `${name}/static`, [bottoms[2]!, others[0]!], {
    output,
    bias: false,
  });
  const both = { axis: 1, terms: "offset" } as const;
  const gates = apply(graph, "affine", `${name}/both`, [data, still], both);
  return { gates, weights: others[1]!, states };
}
