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
import type { Value } from "../../../runtime/graph.ts";
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
    const gate = (position: number, role: string, op: "sigmoid" | "tanh") => {
      const range = { axis: 2, start: position * units, end: (position + 1) * units };
      const before = apply(graph, "slice", `${name}/${role}/before`, [known], range);
      return apply(graph, op, `${name}/${role}`, [before], {});
    };
    const product = (role: string, ...factors: readonly Value[]) =>
      apply(graph, "eltwise", `${name}/${role}`, factors, { operation: "product" });
    const forget = apply(
      graph,
      "affine",
      `${name}/forget`,
      [gate(1, "keep", "sigmoid"), cont],
      { axis: 0, terms: "scale" },
    );
    const added = product("added", gate(0, "in", "sigmoid"), gate(3, "new", "tanh"));
    const newCells = apply(graph, "eltwise", name, [product("kept", forget, cells), added], {});
    const squashed = apply(graph, "tanh", `${name}/tanh`, [newCells], {});
    return [newCells, product("said", gate(2, "out", "sigmoid"), squashed)];
  },
});
