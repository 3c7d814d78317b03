/**
 * Softmax with a second bottom: how many elements each softmax includes.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { withInputShapes } from "../../runtime/graph.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { inputText } from "../input_text.ts";
import { at, numbers, tensorOf } from "./elements.ts";
import { testEverywhere } from "./everywhere.ts";
import { tensor } from "./harness.ts";

/** The softmaxes along the second axis of `[N, C, W]`, of as many elements as are counted. */
function softmaxes(x: Tensor, counts: Tensor): Tensor {
  return tensorOf(x.shape, (n, c, w) => {
    const included = Array.from({ length: at(counts, n!, 0, w!) }, (_, i) => i);
    const sum = included.reduce((sum, i) => sum + Math.exp(at(x, n!, i, w!)), 0);
    return included.includes(c!) ? Math.exp(at(x, n!, c!, w!)) / sum : 0;
  });
}

/** A network of a softmax, and of the layer that tells its fork. */
function networkOf(x: readonly number[], counts: readonly number[], axis = 1): string {
  return `${inputText("x", x)} ${inputText("counts", counts)} ${inputText("step", [1, 1])}
    layer { name: "y" type: "Softmax" bottom: "x" bottom: "counts" top: "y"
      softmax_param { axis: ${axis} } }
    layer { name: "node" type: "LSTMNode" bottom: "step" bottom: "step" top: "h" top: "c"
      lstm_param { num_cells: 1 } }
    layer { name: "silence" type: "Silence" bottom: "h" bottom: "c" }`;
}

const graphOf = (text: string) =>
  convert({ bytes: new TextEncoder().encode(text), name: "net.prototxt" }, { warn() {} }).graph;

const step = tensor([1, 1], "0");
const scores = numbers([2, 4, 3], 1), counts = tensor([2, 1, 3], "1 2 3  4 3 1");
/** The last elements are the largest by far, but not included. */
const row = tensor([2, 5], "0.5 -1 2 90 90  1 -0.5 90 90 90");

testEverywhere("Softmax includes as many elements as its second bottom says", {
  text: networkOf(scores.shape, counts.shape),
  inputs: [scores, counts, step],
  outputs: [softmaxes(scores, counts)],
});

testEverywhere("Softmax takes a count for each row in any shape", {
  text: networkOf(row.shape, [2], -1),
  inputs: [row, tensor([2], "3 2"), step],
  outputs: [{
    ...softmaxes({ ...row, shape: [2, 5, 1] }, tensor([2, 1, 1], "3 2")),
    shape: [2, 5],
  }],
});

testEverywhere("Softmax that includes no element has equal ones", {
  text: networkOf(row.shape, [2]),
  inputs: [row, tensor([2], "0 5"), step],
  outputs: [{
    shape: row.shape,
    data: Float32Array.of(
      ...[0.2, 0.2, 0.2, 0.2, 0.2],
      ...softmaxes({ ...row, shape: [2, 5, 1] }, tensor([2, 1, 1], "5 5")).data.slice(5),
    ),
  }],
});

Deno.test("Softmax with counts runs with other extents, but not along its axis", () => {
  const graph = graphOf(networkOf(scores.shape, counts.shape));
  const moved = (x: readonly number[], counts: readonly number[]) =>
    withInputShapes(graph, new Map([["x", x], ["counts", counts]])).nodes.find(({ output }) =>
      output.name === "y"
    )!.output.shape;
  assert.deepEqual(moved([5, 4, 6], [5, 1, 6]), [5, 4, 6]);
  assert.throws(() => moved([2, 5, 3], [2, 1, 3]), TypeError);
  assert.throws(() => moved([2, 4, 3], [3, 1, 2]), TypeError);
});

Deno.test("Softmax refuses counts that are not one for each softmax, and labels", () => {
  assert.throws(() => graphOf(networkOf([2, 4, 3], [2])), {
    message: /its second bottom is \[2\], but it must have a number for each of the 6 softmaxes /,
  });
  // What the label was of may be missing.
  const text = networkOf([2, 4], [2]).replace("LSTMNode", "LSTMUnit");
  for (const labelled of [text, text.replace('bottom: "counts"', 'bottom: "label"')]) {
    assert.throws(() => graphOf(labelled), {
      message: /Cannot convert layer "y" \(Softmax\): it has 2 bottoms, but it needs exactly 1\n/,
    });
  }
});
