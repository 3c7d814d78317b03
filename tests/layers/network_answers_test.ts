/**
 * Layers of published networks and of tool chains on all engines, against results that
 * `network_answers.py` computes by the forks' sources.
 */
import assert from "node:assert/strict";
import { readNet } from "../../lib/caffe/read.ts";
import { lower } from "../../lib/lowering/lower.ts";
import { layerRows } from "../../lib/layers/mod.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { testEverywhere } from "./everywhere.ts";
import answers from "./network_answers.json" with { type: "json" };

interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

for (const { name, text, inputs, outputs, blobs } of answers) {
  testEverywhere(name, {
    text,
    inputs: inputs.map(tensor),
    outputs: outputs.map(tensor),
    blobs: Object.fromEntries(
      Object.entries<Numbers>(blobs).map(([where, blob]) => [where, tensor(blob)]),
    ),
  });
}

function tensor({ shape, data }: Numbers): Tensor {
  return { shape, data: Float32Array.from(data) };
}

/** Layers whose other ops are covered by other files. */
const shownElsewhere = ["LSTM", "PriorBox", "Python", "UnPooling"];

Deno.test("the recordings cover every op that the layers declare", () => {
  const shown = new Map<string, Set<string>>();
  for (const { text } of answers) {
    const net = readNet(new TextEncoder().encode(text), { file: "net.prototxt" });
    const { layers } = lower(net, {});
    for (const { type, nodes } of layers) {
      const ops = shown.get(type) ?? new Set();
      for (const { op } of nodes) ops.add(op);
      shown.set(type, ops);
    }
  }
  for (const { type, family, ops } of layerRows()) {
    if (family === "Caffe" || !shown.has(type) || shownElsewhere.includes(type)) continue;
    assert.deepEqual(ops.toSorted(), [...shown.get(type)!].toSorted(), type);
  }
});
