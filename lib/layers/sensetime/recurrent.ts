/**
 * SLLSTM and SLGRNN: PyTorch's LSTM and GRU over whole sequences `[T, N, I]`, which start with states of
 * zeros. Their blobs are the weights of the state, the biases of the data followed by those of the
 * state, and the weights of the data; gates are in the order input, forget, output, update in SLLSTM,
 * and update, reset, hidden in SLGRNN.
 *
 * @see https://github.com/ModelTC/NART/blob/main/python/nart/tools/pytorch/layer_utils/sllstm.py
 * @see https://github.com/ModelTC/NART/blob/main/python/nart/tools/pytorch/layer_utils/slgrnn.py
 * @module
 */
import { bool, message, type MessageOf, nested, uint32 } from "../../../proto/message.ts";
import { showShape } from "../../../runtime/tensor.ts";
import { FillerParameter } from "../../caffe/schema.ts";
import { expectFewSteps } from "../bvlc/recurrent.ts";
import { constant } from "../filler.ts";
import { fixed } from "../fixed.ts";
import {
  apply,
  type BlobSpec,
  defineLayer,
  type LayerInstance,
  type LayerShape,
} from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";
import { defaultMarkers, zeroStates } from "../ocr/lstm.ts";
import { unrolledGru } from "../unrolled_gru.ts";

const RecurrentParameter = message("RecurrentParameter", {
  num_output: uint32(1, 0),
  weight_filler: nested(2, FillerParameter),
  bias_filler: nested(3, FillerParameter),
  /** Whether there are biases of the state, as in PyTorch. */
  hidden_bias: bool(0, false),
});

type RecurrentParameter = MessageOf<typeof RecurrentParameter>;

const param = { name: "recurrent_param", message: RecurrentParameter };

export const slLstm = defineLayer({
  type: "SLLSTM",
  ops: ["concat", "dense", "power", "recurrent", "reshape", "slice"],
  param,
  blobs: (layer) => blobsOf(layer, 4),

  lower(layer) {
    const { graph, name, bottoms: [data], blobs: [hidden, , weights], param: { num_output } } =
      layer;
    const nodes = new LayerNodes(graph, name);
    const [own, states] = biasesOf(layer, 4);
    const biases = nodes.numbers("biases", own.map((bias, i) => bias + states[i]!));
    const gates = nodes.add("dense", "gates", [data!, weights!, biases], {
      output: 4 * num_output,
      axis: 2,
    });
    const start = zeroStates(nodes, gates, num_output);
    const inputs = [gates, defaultMarkers(nodes, gates), ...start, hidden!];
    const all = nodes.add("recurrent", "all", inputs, { kind: "lstm" });
    return [apply(graph, "slice", name, [all], { axis: 0, end: -1 })];
  },
});

export const slGru = defineLayer({
  type: "SLGRNN",
  ops: [
    "affine",
    "concat",
    "dense",
    "eltwise",
    "power",
    "reshape",
    "sigmoid",
    "slice",
    "tanh",
    "tile",
  ],
  param,
  blobs: (layer) => blobsOf(layer, 3),

  lower(layer) {
    const { graph, name, bottoms: [data], blobs: [hidden, , weights], param } = layer;
    const units = param.num_output;
    expectFewSteps(data!.shape[0]!);
    const nodes = new LayerNodes(graph, name);
    const [own, states] = biasesOf(layer, 3);
    // The state's biases of the first two gates add to the data's; that of the last is multiplied.
    const biases = own.map((bias, i) => i < 2 * units ? bias + states[i]! : bias);
    const all = graph.dataOf(hidden!)!, rows = 2 * units, gates = rows * units;
    const gateWeights = nodes.numbers("gate_weights", all.subarray(0, gates), [rows, units]);
    const hiddenWeights = nodes.numbers("hidden weights", all.subarray(gates), [units, units]);
    const hiddenBiases = nodes.numbers("hidden biases", states.subarray(rows));
    const column = nodes.slice("column", data!, 2, 0, 1);
    const ones = nodes.add("power", "flags", [column], { scale: 0, shift: 1 });
    const first = nodes.add("power", "zero", [nodes.slice("first", column, 0, 0, 1)], { scale: 0 });
    const start = nodes.add("tile", "start", [first], { axis: 2, tiles: units });
    const flags = fixed(graph, `${name}/cont`, nodes.reshape("markers", ones, [0, 0]), 0, 1);
    const inputs = nodes.add("dense", "inputs", [
      fixed(graph, `${name}/data`, data!, 0, 1),
      weights!,
      nodes.numbers("biases", biases),
    ], { output: 3 * units, axis: 2 });
    const gru = { inputs, flags, start, gateWeights, hiddenWeights, hiddenBiases };
    return [unrolledGru(nodes, gru).top];
  },
});

/** The learned blobs of a layer with some gates. */
function blobsOf({ param, shapes: [data] }: LayerShape<RecurrentParameter>, gates: number) {
  const { num_output: units, hidden_bias, weight_filler, bias_filler = constant(0) } = param;
  if (data!.length !== 3 || units === 0 || !hidden_bias) {
    throw new TypeError(
      `its bottom is ${showShape(data!)} and its num_output ${units}, but the bottom must be ` +
        "[T, N, I], num_output above 0, and hidden_bias true",
    );
  }
  const rows = gates * units, because = `num_output ${units}`;
  const filler = weight_filler ?? constant(0);
  const specs: readonly BlobSpec[] = [
    { name: "hidden_weights", shape: [rows, units], filler, because },
    { name: "biases", shape: [2 * rows], filler: bias_filler, because },
    { name: "weights", shape: [rows, data![2]!], filler, because },
  ];
  return specs;
}

/** The biases of the data, and those of the state. */
function biasesOf({ graph, blobs, param }: LayerInstance<RecurrentParameter>, gates: number) {
  const both = graph.dataOf(blobs[1]!)!, rows = gates * param.num_output;
  return [both.slice(0, rows), both.slice(rows)] as const;
}
