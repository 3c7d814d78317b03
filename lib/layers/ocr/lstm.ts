/**
 * Lstm: long short-term memory over whole sequences `[T, N, I]`, which start at the first step. A
 * second bottom `[T, N]`, where there is one, says at each step whether a sequence goes on; then the
 * state is kept from one run to the next.
 *
 * It is older than Caffe's LSTM, whose blobs are the same in another order. Where the bottom is
 * `[T·N, I]`, `batch_size` is N.
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
  /** Of the gradients. */
  clipping_threshold: float(2, 0),
  weight_filler: nested(3, FillerParameter),
  bias_filler: nested(4, FillerParameter),
  batch_size: uint32(5, 1),
});

export const ocrLstm = defineLayer({
  type: "Lstm",
  ops: ["concat", "dense", "power", "recurrent", "reshape", "slice"],
  // Its field number differs between forks, so it is read from text only.
  param: { name: "lstm_param", number: 0, message: LstmParameter },
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
    const { graph, name, param, bottoms: [bottom, told], blobs } = layer;
    const [weights, hiddenWeights, biases] = blobs;
    const isFlat = bottom!.shape.length === 2;
    const data = isFlat ? unfolded(layer) : bottom!;
    const [steps, batch] = data.shape as [number, number];
    const gates = apply(graph, "dense", `${name}/gates`, [data, weights!, biases!], {
      output: 4 * param.num_output,
      axis: 2,
    });
    const cont = told === undefined
      ? fromTheStart(graph, `${name}/cont`, gates)
      : apply(graph, "reshape", `${name}/cont`, [told], { shape: [steps, batch] });
    const states = told === undefined
      ? nothingYet(graph, `${name}/h_0`, gates, param.num_output)
      : ["h_0", "c_0"].map((state) =>
        graph.input(`${name}/${state}`, [1, batch, param.num_output])
      );
    const inputs = [gates, cont, ...states, hiddenWeights!];
    const all = apply(graph, "recurrent", `${name}/all`, inputs, { kind: "lstm" });
    if (told !== undefined) {
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

/** A bottom whose steps and sequences share an axis. */
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
 * `[T, N]`: 0 at the first step, 1 at all others. It is made of the gates `[T, N, 4·H]`, so that it
 * follows when another input makes the sequences longer, or more of them.
 */
function fromTheStart(graph: GraphBuilder, name: string, gates: Value): Value {
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

/** The state before the first step, `[1, N, units]` zeros, twice. */
function nothingYet(graph: GraphBuilder, name: string, gates: Value, units: number): Value[] {
  const first = apply(graph, "slice", `${name}/step`, [gates], { axis: 0, end: 1 });
  const part = apply(graph, "slice", `${name}/units`, [first], { axis: 2, end: units });
  const zeros = apply(graph, "power", name, [part], { scale: 0 });
  return [zeros, zeros];
}
