/**
 * GRU of Synopsys's fork: gated recurrent units, with bottoms and states like those of Caffe's LSTM,
 * and formulas and gates, in the order update, reset, hidden, like ONNX's. It is unrolled.
 *
 *     z = σ(W_z x + b_z + R_z h)      r = σ(W_r x + b_r + R_r h)
 *     g = tanh(W_h x + b_h + R_h (r · h))        h ← g + z · (h − g)
 *
 * With `linear_before_reset`, the reset gate comes after the product: `r · (R_h h + c_h)`.
 *
 * @see https://arxiv.org/abs/1406.1078
 * @see https://github.com/foss-for-synopsys-dwc-arc-processors/synopsys-caffe/blob/master/src/caffe/layers/gru_layer.cpp
 * @module
 */
import { bool, message, type MessageOf, repeated, string } from "../../../proto/message.ts";
import { count, sameShape, showShape } from "../../../runtime/tensor.ts";
import { customLayerHint } from "../../option_hints.ts";
import { expectFewSteps, recurrentFields } from "../bvlc/recurrent.ts";
import { constant } from "../filler.ts";
import { fixed } from "../fixed.ts";
import { type BlobSpec, defineLayer, type LayerShape } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";
import { expectPositive } from "../positive.ts";
import { multiplied, unrolledGru } from "../unrolled_gru.ts";

const RecurrentParameter = message("RecurrentParameter", {
  ...recurrentFields,
  linear_before_reset: bool(0, false),
  activations: repeated(string(0)),
});

type RecurrentParameter = MessageOf<typeof RecurrentParameter>;

export const gru = defineLayer({
  type: "GRU",
  ops: ["affine", "concat", "dense", "eltwise", "reshape", "sigmoid", "slice", "tanh"],
  param: { name: "recurrent_param", number: 146, message: RecurrentParameter },
  bottoms: [1, 4],
  tops: [1, 2],

  blobs(layer) {
    const { param, shapes: [data, , still] } = layer;
    const { num_output: units, linear_before_reset } = param;
    checkBottoms(layer);
    const because = `num_output ${units}`;
    const filler = param.weight_filler ?? constant(0);
    const biases = param.bias_filler ?? constant(0);
    const named = (name: string, ...shape: number[]): BlobSpec => {
      return { name, shape, filler: shape.length === 1 ? biases : filler, because };
    };
    return [
      named("weights", 3 * units, count(data!.slice(2))),
      named("biases", 3 * units),
      ...hasStatic(layer) ? [named("static_weights", 3 * units, count(still!.slice(1)))] : [],
      named("update_weights", units, units),
      named("reset_weights", units, units),
      named("hidden_weights", units, units),
      ...linear_before_reset ? [named("hidden_biases", units)] : [],
    ];
  },

  lower(layer) {
    const { graph, name, param: { num_output: units, expose_hidden }, bottoms, blobs } = layer;
    const [data, cont, still] = bottoms, [weights, biases, ...others] = blobs;
    const stillWeights = hasStatic(layer) ? others.shift() : undefined;
    const [update, reset, hiddenWeights, hiddenBiases] = others;
    const start = expose_hidden
      ? bottoms.at(-1)!
      : graph.input(`${name}/h_0`, [1, data!.shape[1]!, units]);
    const nodes = new LayerNodes(graph, name);
    const both = [update!, reset!].flatMap((matrix) => [...graph.dataOf(matrix)!]);
    const gateWeights = nodes.numbers("gate_weights", both, [2 * units, units]);
    const flags = fixed(graph, `${name}/cont`, cont!, 0, 1);
    const same = fixed(graph, `${name}/data`, data!, 0, 1);
    const own = multiplied(nodes, "inputs", same, [weights!, biases!], 2);
    const inputs = stillWeights === undefined ? own : nodes.add("affine", "both", [
      own,
      multiplied(nodes, "static", still!, [stillWeights]),
    ], { axis: 1, terms: "offset" });
    const given = {
      inputs,
      flags,
      start,
      gateWeights,
      hiddenWeights: hiddenWeights!,
      hiddenBiases,
    };
    const { top, last } = unrolledGru(nodes, given);
    if (!expose_hidden) graph.remember(start, last);
    return [top, last];
  },
});

function hasStatic({ param, shapes }: LayerShape<RecurrentParameter>): boolean {
  return shapes.length - (param.expose_hidden ? 1 : 0) === 3;
}

function checkBottoms(layer: LayerShape<RecurrentParameter>): void {
  const { param: { num_output: units, expose_hidden, activations }, shapes } = layer;
  const [steps, samples] = shapes[0]!, first = [1, samples!, units];
  const needed = 2 + (hasStatic(layer) ? 1 : 0) + (expose_hidden ? 1 : 0);
  if (shapes.length !== needed || !sameShape(shapes[1]!, [steps!, samples!])) {
    throw new TypeError(
      `its bottoms are ${shapes.map(showShape).join(", ")}, but they must be the data ` +
        "[T, N, …], the continuation flags [T, N], perhaps static data, and with expose_hidden " +
        `the initial state; for the GRU of a fork with the data alone ${customLayerHint}`,
    );
  }
  expectPositive({ num_output: units });
  if (expose_hidden && !sameShape(shapes.at(-1)!, first)) {
    throw new TypeError(
      `its initial state is ${showShape(shapes.at(-1)!)}, but it must be ${showShape(first)}`,
    );
  }
  if (activations.some((name, i) => name !== ["Sigmoid", "TanH"][i])) {
    throw new TypeError(
      `its activations are ${activations.join(" and ")}, but only Sigmoid and TanH are supported`,
    );
  }
  expectFewSteps(steps!);
}
