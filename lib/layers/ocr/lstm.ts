/**
 * Lstm: long short-term memory over whole sequences `[T, N, I]`, which start at the first step. An
 * optional second bottom `[T, N]` contains the continuation markers of each step; with it, the state
 * is kept from one run to the next.
 *
 * It predates Caffe's LSTM, which has the same blobs in another order. For a bottom `[T·N, I]`,
 * `batch_size` is N.
 *
 * @see https://github.com/junhyukoh/caffe-lstm
 * @see https://github.com/senlinuc/caffe_ocr
 * @module
 */
import { float, message, type MessageOf, nested, uint32 } from "../../../proto/message.ts";
import type { Value } from "../../../runtime/graph.ts";
import { count } from "../../../runtime/tensor.ts";
import { FillerParameter } from "../../caffe/schema.ts";
import { constant } from "../filler.ts";
import { apply, defineLayer, type LayerInstance } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";
import { expectPositive } from "../positive.ts";

const LstmParameter = message("LstmParameter", {
  num_output: uint32(1, 0),
  /** For gradients only. */
  clipping_threshold: float(2, 0),
  weight_filler: nested(3, FillerParameter),
  bias_filler: nested(4, FillerParameter),
  batch_size: uint32(5, 1),
});

export const ocrLstm = defineLayer({
  type: "Lstm",
  ops: ["concat", "dense", "power", "recurrent", "reshape", "slice"],
  param: { name: "lstm_param", message: LstmParameter },
  bottoms: [1, 2],

  blobs({ param: { num_output, weight_filler, bias_filler }, shapes: [shape] }) {
    expectPositive({ num_output });
    const because = `num_output ${num_output}`;
    const filler = weight_filler ?? constant(0);
    const rows = 4 * num_output, inputs = count(shape!.slice(shape!.length > 2 ? 2 : 1));
    return [
      { name: "weights", shape: [rows, inputs], filler, because },
      { name: "hidden_weights", shape: [rows, num_output], filler, because },
      { name: "biases", shape: [rows], filler: bias_filler ?? constant(0), because },
    ];
  },

  lower(layer) {
    const { graph, name, param, bottoms: [bottom, markers], blobs } = layer;
    const [weights, hiddenWeights, biases] = blobs;
    const nodes = new LayerNodes(graph, name);
    const isFlat = bottom!.shape.length === 2;
    const data = isFlat ? unfolded(layer) : bottom!;
    const [steps, batch] = data.shape as [number, number];
    const gates = nodes.add("dense", "gates", [data, weights!, biases!], {
      output: 4 * param.num_output,
      axis: 2,
    });
    const cont = markers === undefined
      ? defaultMarkers(nodes, gates)
      : nodes.reshape("cont", markers, [steps, batch]);
    const states = markers === undefined
      ? zeroStates(nodes, gates, param.num_output)
      : ["h_0", "c_0"].map((state) =>
        graph.input(`${name}/${state}`, [1, batch, param.num_output])
      );
    const inputs = [gates, cont, ...states, hiddenWeights!];
    const all = nodes.add("recurrent", "all", inputs, { kind: "lstm" });
    if (markers !== undefined) {
      graph.remember(states[0]!, nodes.slice("h_T", all, 0, -2, -1));
      graph.remember(states[1]!, nodes.slice("c_T", all, 0, -1, 0));
    }
    const hidden = isFlat ? `${name}/steps` : name;
    const top = apply(graph, "slice", hidden, [all], { axis: 0, end: -1 });
    if (!isFlat) return [top];
    return [apply(graph, "reshape", name, [top], { shape: [-1], numAxes: 2 })];
  },
});

/** Splits the first axis of a bottom into steps and sequences. */
function unfolded(
  { graph, name, param, bottoms: [bottom] }: LayerInstance<MessageOf<typeof LstmParameter>>,
) {
  const batch = Math.max(param.batch_size, 1);
  if (bottom!.shape[0]! % batch !== 0) {
    throw new TypeError(
      `its bottom has ${bottom!.shape[0]} rows, which its batch_size ${batch} does not divide`,
    );
  }
  return apply(graph, "reshape", `${name}/sequences`, [bottom!], {
    shape: [-1, batch],
    numAxes: 1,
  });
}

/**
 * Continuation markers `[T, N]`: 0 at the first step, 1 at all others. They are computed from the
 * gates `[T, N, 4·H]`, so that their shape follows that of the input.
 */
export function defaultMarkers(nodes: LayerNodes, gates: Value): Value {
  const [steps] = gates.shape;
  const one = nodes.slice("cont/one", gates, 2, 0, 1);
  const flags = nodes.add("reshape", "cont/flags", [one], { shape: [-1], axis: 1 });
  const filled = (role: string, start: number, end: number, shift: number) => {
    const slice = nodes.slice(`cont/${role}`, flags, 0, start, end);
    return nodes.add("power", `cont/${role}/flags`, [slice], { scale: 0, shift });
  };
  const first = filled("first", 0, 1, 0);
  if (steps === 1) return first;
  return nodes.add("concat", "cont", [first, filled("others", 1, 0, 1)], { axis: 0 });
}

/** The hidden and cell state before the first step: zeros `[1, N, units]`. */
export function zeroStates(nodes: LayerNodes, gates: Value, units: number): Value[] {
  const first = nodes.slice("h_0/step", gates, 0, 0, 1);
  const part = nodes.slice("h_0/units", first, 2, 0, units);
  const zeros = nodes.add("power", "h_0", [part], { scale: 0 });
  return [zeros, zeros];
}
