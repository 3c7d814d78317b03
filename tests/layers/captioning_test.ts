/**
 * The layers of networks that caption images, against the definitions in their fork.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { at, numbers, tensorOf } from "./elements.ts";
import { testEverywhere } from "./everywhere.ts";
import { netLayer, runLayer, tensor, testLayer } from "./harness.ts";
import { runText } from "./text_layer.ts";

const units = 2;
const steps = numbers([3, 5], 1), cells = numbers([3, units], 2);
const weights = numbers([4 * units, 5], 3), biases = numbers([4 * units], 4);
const cont = tensor([3], "1 0 0.5");

/** The hidden states and cells after a step, one element at a time. */
function step(biases?: Tensor, cont?: Tensor): readonly [hidden: Tensor, cells: Tensor] {
  const gate = (n: number, position: number, d: number) => {
    const row = position * units + d;
    let sum = biases?.data[row] ?? 0;
    for (let k = 0; k < 5; k++) sum += at(weights, row, k) * at(steps, n, k);
    return position === 3 ? Math.tanh(sum) : 1 / (1 + Math.exp(-sum));
  };
  const next = tensorOf([3, units], (n, d) => {
    const forget = gate(n!, 1, d!) * (cont?.data[n!] ?? 1);
    return forget * at(cells, n!, d!) + gate(n!, 0, d!) * gate(n!, 3, d!);
  });
  return [tensorOf([3, units], (n, d) => gate(n!, 2, d!) * Math.tanh(at(next, n!, d!))), next];
}

testLayer("LSTMNode", [
  {
    does: "computes the hidden states and cells of a step",
    param: { num_cells: units },
    bottoms: [steps, cells],
    blobs: [weights, biases],
    tops: step(biases),
  },
  {
    does: "forgets the cells of sequences that start, whatever the shapes of states",
    param: { num_cells: units },
    bottoms: [
      steps,
      { ...cells, shape: [units, 3] },
      { ...cont, shape: [3, 1] },
    ],
    blobs: [weights, biases],
    tops: step(biases, cont),
  },
  {
    does: "needs no biases",
    param: { num_cells: units, bias_term: false },
    bottoms: [steps, cells],
    blobs: [weights],
    tops: step(),
  },
]);

testEverywhere("LSTMNode computes a step of sequences of which some start", {
  text: `input: "x" input_shape { dim: 3 dim: 5 }
    input: "c" input_shape { dim: 3 dim: 2 }
    input: "cont" input_shape { dim: 3 }
    layer { name: "y" type: "LSTMNode" bottom: "x" bottom: "c" bottom: "cont" top: "h" top: "next"
      lstm_param { num_cells: 2 } }`,
  inputs: [steps, cells, cont],
  blobs: { "y:0": weights, "y:1": biases },
  outputs: step(biases, cont),
});

Deno.test("LSTMNode without weights has the values of each gate's filler", () => {
  const { outputs: { h, next } } = runText(
    `layer { name: "y" type: "LSTMNode" bottom: "x" bottom: "c" top: "h" top: "next"
      lstmnode_param { num_cells: 2
        input_gate_bias_filler { value: -100 } forget_gate_bias_filler { value: 100 }
        input_bias_filler { value: 3 } } }`,
    { x: tensor([1, 2], "9 9"), c: tensor([1, 2], "0.25 0.25") },
  );
  assert.deepEqual([...next!.data], [0.25, 0.25]);
  const said = Math.fround(Math.fround(Math.tanh(0.25)) / 2);
  assert.deepEqual([...h!.data], [said, said]);
});

Deno.test("LSTMNode refuses bottoms that are no step, and no cells", () => {
  const run = (param: Record<string, unknown>, bottoms: readonly Tensor[]) => {
    const names = { bottoms: bottoms.map((_, i) => `${i}`), tops: ["h", "c"] };
    return runLayer(netLayer("LSTMNode", param, names), bottoms);
  };
  for (const bottoms of [[steps, numbers([3, 3], 1)], [steps, cells, numbers([2], 1)]]) {
    assert.throws(() => run({ num_cells: 2 }, bottoms), {
      message: /^its bottoms are .*, but with num_cells 2 they must be the input \[N, I\], /,
    });
  }
  assert.throws(() => run({}, [steps, cells]), { message: /num_cells is 0/ });
});

const embedding = `layer { name: "v" type: "Embed" bottom: "words" top: "v"
  embed_param { num_output: 3 input_dim: 4 bias_term: false } blobs { shape { dim: 4 dim: 3 }
  data: [0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9] } }`;
const node = `layer { name: "y" type: "LSTMNode" bottom: "v" bottom: "c" top: "h" top: "next"
  lstm_param { num_cells: 1 } }`;

Deno.test("Embed replaces a last axis of 1 in networks with LSTMNode, and only there", () => {
  const shapeOf = (words: readonly number[], layers: string) => {
    const dims = words.map((extent) => `dim: ${extent}`).join(" ");
    const text = `input: "words" input_shape { ${dims} } input: "c" input_shape { dim: 2 }` +
      layers;
    const network = { bytes: new TextEncoder().encode(text), name: "net.prototxt" };
    const { graph } = convert(network, { warn() {}, transforms: [] });
    return graph.nodes.find(({ output }) => output.name === "v")!.output.shape;
  };
  assert.deepEqual(shapeOf([2, 1], embedding), [2, 1, 3]);
  assert.deepEqual(shapeOf([2, 1], embedding + node), [2, 3]);
  assert.deepEqual(shapeOf([2, 2], embedding + node), [2, 2, 3]);
});

testEverywhere("Embed with LSTMNode looks up a vector for each row", {
  text: `input: "words" input_shape { dim: 2 dim: 1 } input: "c" input_shape { dim: 2 dim: 1 }
    ${embedding} ${node}
    layer { name: "seen" type: "Power" bottom: "v" top: "seen" }
    layer { name: "silence" type: "Silence" bottom: "h" bottom: "next" }`,
  inputs: [tensor([2, 1], "3 1"), tensor([2, 1], "0 0")],
  outputs: [tensor([2, 3], "7 8 9  1 2 3")],
});
