/**
 * Gated recurrent units step by step, for layers of several forks.
 *
 * @see https://arxiv.org/abs/1406.1078
 * @module
 */
import type { Value } from "../../runtime/graph.ts";
import { apply } from "./layer.ts";
import { LayerNodes } from "./layer_nodes.ts";

/** What a GRU is unrolled from. */
export interface GruInputs {
  /** What the data adds to the gates update, reset and hidden: `[T, N, 3 · units]`. */
  readonly inputs: Value;
  /** Whether each sequence continues, `[T, N]`. */
  readonly flags: Value;
  /** The state before the first step, `[1, N, units]`. */
  readonly start: Value;
  /** What the state is multiplied by for update and reset, `[2 · units, units]`. */
  readonly gateWeights: Value;
  readonly hiddenWeights: Value;
  /** With these biases of the product, the reset gate comes after it. */
  readonly hiddenBiases?: Value | undefined;
}

/** The states after all steps, `[T, N, units]`, and after the last one. */
export function unrolledGru(
  whole: LayerNodes,
  { inputs, flags, start, gateWeights, hiddenWeights, hiddenBiases }: GruInputs,
): { readonly top: Value; readonly last: Value } {
  const { graph, name } = whole, [steps] = inputs.shape, units = hiddenWeights.shape[0]!;
  let state = step("h_0/step", start, 0);
  const states = Array.from({ length: steps! }, (_, t) => {
    const nodes = new LayerNodes(graph, `${name}/${t}`);
    const part = (role: string, value: Value, start: number) =>
      nodes.slice(role, value, 1, start * units, (start + 1) * units);
    const product = (role: string, factors: readonly Value[]) =>
      nodes.add("eltwise", role, factors, { operation: "product" });

    const continues = step(`${t}/cont`, flags, t);
    const kept = nodes.add("affine", "kept", [state, continues], { axis: 0, terms: "scale" });
    const input = step(`${t}/input`, inputs, t);
    const gates = nodes.add("sigmoid", "gates", [
      nodes.add("eltwise", "gates/sum", [
        multiplied(nodes, "gates/recurrent", kept, [gateWeights]),
        nodes.slice("gates/input", input, 1, 0, 2 * units),
      ], {}),
    ], {});
    const resets = part("reset", gates, 1);
    const recurrent = hiddenBiases === undefined
      ? multiplied(nodes, "recurrent", product("left", [resets, kept]), [hiddenWeights])
      : product("recurrent", [
        resets,
        multiplied(nodes, "linear", kept, [hiddenWeights, hiddenBiases]),
      ]);
    const hidden = nodes.add("tanh", "hidden", [
      nodes.add("eltwise", "hidden/sum", [recurrent, part("hidden/input", input, 2)], {}),
    ], {});
    const back = product("back", [
      part("update", gates, 0),
      nodes.add("eltwise", "difference", [kept, hidden], { coefficients: [1, -1] }),
    ]);
    state = nodes.add("eltwise", "state", [hidden, back], {});
    const node = steps === 1 ? name : `${nodes.name}/whole`;
    return apply(graph, "reshape", node, [state], { shape: [1], numAxes: 0 });
  });
  const top = steps === 1 ? states[0]! : apply(graph, "concat", name, states, { axis: 0 });
  return { top, last: states.at(-1)! };

  /** The element of a sequence at a step. */
  function step(role: string, sequence: Value, t: number): Value {
    const range = { axis: 0, start: t, end: t + 1 };
    const one = whole.add("slice", `${role}/one`, [sequence], range);
    return whole.add("reshape", role, [one], { shape: [], numAxes: 1 });
  }
}

/** The product with learned weights, and perhaps biases. */
export function multiplied(
  nodes: LayerNodes,
  role: string,
  value: Value,
  learned: readonly Value[],
  axis = 1,
): Value {
  const output = learned[0]!.shape[0]!, bias = learned.length === 2;
  return nodes.add("dense", role, [value, ...learned], { output, bias, axis });
}
