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
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { count } from "../../../runtime/tensor.ts";
import { FillerParameter } from "../../caffe/schema.ts";
import { constant } from "../filler.ts";
import { apply, defineLayer, type LayerInstance } from "../layer.ts";

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
    if (num_output === 0) throw new TypeError("it has no num_output, but needs one of at least 1");
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
    const isFlat = bottom!.shape.length === 2;
    const data = isFlat ? unfolded(layer) : bottom!;
    const [steps, batch] = data.shape as [number, number];
    const gates = apply(graph, "dense", `${name}/gates`, [data, weights!, biases!], {
      output: 4 * param.num_output,
      axis: 2,
    });
    const cont = markers === undefined
      ? defaultMarkers(graph, `${name}/cont`, gates)
      : apply(graph, "reshape", `${name}/cont`, [markers], { shape: [steps, batch] });
    const states = markers === undefined
      ? zeroStates(graph, `${name}/h_0`, gates, param.num_output)
      : ["h_0", "c_0"].map((state) =>
        graph.input(`${name}/${state}`, [1, batch, param.num_output])
      );
    const inputs = [gates, cont, ...states, hiddenWeights!];
    const all = apply(graph, "recurrent", `${name}/all`, inputs, { kind: "lstm" });
    if (markers !== undefined) {
      const last = (start: number, end: number) =>
        apply(graph, "slice", `${name}/${end === 0 ? "c_T" : "h_T"}`, [all], {
          axis: 0,
          start,
          end,
        });
      graph.remember(states[0]!, last(-2, -1));
      graph.remember(states[1]!, last(-1, 0));
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
function defaultMarkers(graph: GraphBuilder, name: string, gates: Value): Value {
  const [steps] = gates.shape;
  const one = apply(graph, "slice", `${name}/one`, [gates], { axis: 2, end: 1 });
  const flags = apply(graph, "reshape", `${name}/flags`, [one], { shape: [-1], axis: 1 });
  const filled = (role: string, shift: number, part: { start?: number; end?: number }) => {
    const slice = apply(graph, "slice", `${name}/${role}`, [flags], { axis: 0, ...part });
    return apply(graph, "power", `${name}/${role}/flags`, [slice], { scale: 0, shift });
  };
  const first = filled("first", 0, { end: 1 });
  if (steps === 1) return first;
  return apply(graph, "concat", name, [first, filled("others", 1, { start: 1 })], { axis: 0 });
}

/** The hidden and cell state before the first step: zeros `[1, N, units]`. */
function zeroStates(graph: GraphBuilder, name: string, gates: Value, units: number): Value[] {
  const first = apply(graph, "slice", `${name}/step`, [gates], { axis: 0, end: 1 });
  const part = apply(graph, "slice", `${name}/units`, [first], { axis: 2, end: units });
  const zeros = apply(graph, "power", name, [part], { scale: 0 });
  return [zeros, zeros];
}
