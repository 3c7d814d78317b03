/**
 * CTCGreedyDecoder with continuation markers and labels.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { testEverywhere } from "./everywhere.ts";
import { netLayer, runLayer, tensor } from "./harness.ts";

const [steps, sequences, classes] = [6, 3, 4];

/** Scores [T, N, classes], of which some are negative. */
const scores: Tensor = {
  shape: [steps, sequences, classes],
  data: Float32Array.from({ length: steps * sequences * classes }, (_, i) => (i * i * 5) % 23 - 11),
};

/** The second sequence ends after two steps, and the third after five. */
const markers = tensor([steps, sequences], `0 0 0  1 1 1  1 0 1  1 1 1  -2 1 1  1 0 0`);

/** What Caffe's loops give. */
function decoded(blank: number): Tensor {
  const data = new Float32Array(sequences * steps).fill(-1);
  for (let n = 0; n < sequences; n++) {
    let at = n * steps, previous = -1;
    for (let t = 0;; t++) {
      let best = 0;
      const score = (c: number) => scores.data[(t * sequences + n) * classes + c]!;
      for (let c = 1; c < classes; c++) if (score(c) > score(best)) best = c;
      if (best !== blank && best !== previous) data[at++] = best;
      previous = best;
      if (t + 1 === steps || markers.data[(t + 1) * sequences + n] === 0) break;
    }
  }
  return { shape: [sequences, steps, 1, 1], data };
}

const network = (settings: string) => `
  input: "x" input_shape { dim: 6 dim: 3 dim: 4 }
  input: "markers" input_shape { dim: 6 dim: 3 }
  layer { name: "y" type: "CTCGreedyDecoder" bottom: "x" bottom: "markers" top: "y" ${settings} }`;

for (const [blank, index] of [[0, 0], [2, 2], [-1, classes - 1]] as const) {
  testEverywhere(`CTCGreedyDecoder ends sequences by their markers, with blank ${blank}`, {
    text: network(`ctc_decoder_param { blank_index: ${blank} }`),
    inputs: [scores, markers],
    outputs: [decoded(index)],
  });
}

Deno.test("CTCGreedyDecoder leaves out the accuracy and its labels", () => {
  const text = `
    layer { name: "data" type: "HDF5Data" top: "x" top: "label" }
    layer { name: "markers" type: "ContinuationIndicator" top: "markers"
      continuation_indicator_param { time_step: 6 batch_size: 3 } }
    layer { name: "y" type: "CTCGreedyDecoder" bottom: "x" bottom: "markers" bottom: "label"
      top: "y" top: "accuracy" }`;
  const { graph } = convert({ bytes: new TextEncoder().encode(text), name: "net.prototxt" }, {
    inputShapes: new Map([["x", scores.shape]]),
  });
  assert.deepEqual(graph.inputs.map(({ name }) => name), ["x"]);
  assert.deepEqual(graph.outputs, ["y"]);
  // No sequence ends before the last step.
  assert.deepEqual(graph.nodes.map(({ op }) => op), ["ctcGreedy"]);
});

Deno.test("CTCGreedyDecoder refuses labels as markers, and the scores of sequences", () => {
  const layer = (tops: readonly string[]) =>
    netLayer("CTCGreedyDecoder", {}, { bottoms: ["x", "second"], tops: [...tops] });
  assert.throws(() => runLayer(layer(["y"]), [scores, tensor([3, 2], `0 1 2 3 0 1`)]), {
    message: /^its second bottom is \[3, 2\], but the continuation markers .* are \[6, 3\]; if/,
  });
  assert.throws(() => runLayer(layer(["y", "score"]), [scores, markers]), {
    message: "its second top, the scores of the sequences, is not supported",
  });
});
