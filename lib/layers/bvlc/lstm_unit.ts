/**
 * LSTMUnit: one step of an LSTM after its matrix products, which are other layers.
 *
 * Bottoms are the cells `[1, N, D]`, the gates before their activations `[1, N, 4·D]` (input,
 * forget, output, update) and whether each sequence continues `[1, N]`. Tops are the new cells and
 * hidden states.
 *
 * @see https://github.com/BVLC/caffe/blob/master/src/caffe/layers/lstm_unit_layer.cpp
 *
 * @module
 */
import { message, onlyWith } from "../../../proto/message.ts";
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { sameShape, showShape } from "../../../runtime/tensor.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer } from "../layer.ts";

export const lstmUnit = defineLayer({
  type: "LSTMUnit",
  ops: ["affine", "eltwise", "reshape", "sigmoid", "slice", "tanh"],
  param: {
    name: "lstm_unit_param",
    // Synopsys's.
    message: message("LSTMUnitParameter", onlyWith({ forget_bias: 0 })),
  },
  bottoms: [3, 3],
  tops: [2, 2],

  lower({ graph, name, bottoms }) {
    const [cells, gates, cont] = bottoms as [Value, Value, Value];
    const [one, batch, units] = cells.shape as [number, number, number];
    const isRight = cells.shape.length === 3 && one === 1 &&
      sameShape(gates.shape, [1, batch, 4 * units]) && sameShape(cont.shape, [1, batch]);
    if (!isRight) {
      const shapes = bottoms.map(({ shape }) => showShape(shape)).join(", ");
      throw new TypeError(`its bottoms are ${shapes}, but must be [1, N, D], [1, N, 4·D], [1, N]`);
    }
    const oneStep = fixed(graph, name, gates, 0, 1), known = fixed(graph, name, oneStep, 2);
    const names = [name, `${name}/said`] as const;
    return lstmStep(graph, name, { cells, gates: known, cont, names });
  },
});

/** What a step of an LSTM starts from. */
interface LstmStep {
  /** The cells `[…, D]`. */
  readonly cells: Value;
  /** The gates before their activations `[…, 4·D]`: input, forget, output, update. */
  readonly gates: Value;
  /** Whether each sequence continues, a run of the first axes; by default all do. */
  readonly cont?: Value | undefined;
  /** The names of the new cells and hidden states. */
  readonly names: readonly [cells: string, hidden: string];
}

/** The cells and hidden states after a step. */
export function lstmStep(
  graph: GraphBuilder,
  name: string,
  { cells, gates, cont, names: [cellsName, hiddenName] }: LstmStep,
): readonly [cells: Value, hidden: Value] {
  const axis = cells.shape.length - 1, units = cells.shape[axis]!;
  const gate = (position: number, role: string, op: "sigmoid" | "tanh") => {
    const range = { axis, start: position * units, end: (position + 1) * units };
    const before = apply(graph, "slice", `${name}/${role}/before`, [gates], range);
    return apply(graph, op, `${name}/${role}`, [before], {});
  };
  const product = (name: string, ...factors: readonly Value[]) =>
    apply(graph, "eltwise", name, factors, { operation: "product" });
  const keep = gate(1, "keep", "sigmoid");
  const forget = cont === undefined
    ? keep
    : apply(graph, "affine", `${name}/forget`, [keep, cont], { axis: 0, terms: "scale" });
  const added = product(`${name}/added`, gate(0, "in", "sigmoid"), gate(3, "new", "tanh"));
  const kept = product(`${name}/kept`, forget, cells);
  const next = apply(graph, "eltwise", cellsName, [kept, added], {});
  const squashed = apply(graph, "tanh", `${name}/tanh`, [next], {});
  return [next, product(hiddenName, gate(2, "out", "sigmoid"), squashed)];
}
