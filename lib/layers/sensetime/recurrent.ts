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
import { mostSteps } from "../bvlc/recurrent.ts";
import { constant } from "../filler.ts";
import {
  apply,
  type BlobSpec,
  defineLayer,
  type LayerInstance,
  type LayerShape,
} from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";
import { defaultMarkers, zeroStates } from "../ocr/lstm.ts";
import { unrolled } from "../synopsys/gru.ts";

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
    const { graph, name, bottoms: [data], blobs: [hidden, , weights], param, shapes } = layer;
    const units = param.num_output, [steps, samples] = shapes[0] as [number, number];
    if (steps > mostSteps) {
      throw new TypeError(`it has ${steps} steps, but at most ${mostSteps} are unrolled`);
    }
    const nodes = new LayerNodes(graph, name);
    const [own, states] = biasesOf(layer, 3);
    // The state's biases of the first two gates add to the data's; that of the last is multiplied.
    const biases = own.map((bias, i) => i < 2 * units ? bias + states[i]! : bias);
    const all = graph.dataOf(hidden!)!, square = units * units;
    const squares = ["update", "reset", "hidden"].map((role, gate) => {
      const data = all.slice(gate * square, (gate + 1) * square);
      return nodes.numbers(`${role} weights`, data, [units, units]);
    });
    const blobs = [
      weights!,
      nodes.numbers("biases", biases),
      ...squares,
      nodes.numbers("hidden biases", states.slice(2 * units)),
    ];
    const column = nodes.slice("column", data!, 2, 0, 1);
    const flags = nodes.add("power", "flags", [column], { scale: 0, shift: 1 });
    const cont = nodes.reshape("markers", flags, [0, 0]);
    const first = nodes.add("power", "zero", [nodes.slice("first", column, 0, 0, 1)], { scale: 0 });
    const start = nodes.add("tile", "start", [first], { axis: 2, tiles: units });
    const settings = {
      ...{ num_output: units, weight_filler: undefined, bias_filler: undefined },
      ...{ debug_info: false, expose_hidden: false, linear_before_reset: true, activations: [] },
    };
    const gru = {
      ...layer,
      ...{ param: settings, bottoms: [data!, cont], shapes: [shapes[0]!, [steps, samples]], blobs },
    };
    const top = unrolled(gru, start);
    return [steps === 1 ? top[0]! : apply(graph, "concat", name, top, { axis: 0 })];
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
