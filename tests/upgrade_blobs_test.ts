/**
 * Learned blobs in upgraded networks: their settings, and changes of them.
 */
import assert from "node:assert/strict";
import { readWeights, upgrade } from "../mod.ts";
import { join } from "./join.ts";

/** A network in text, upgraded as text. */
function text(old: string): string {
  const network = { bytes: new TextEncoder().encode(old), name: "old.prototxt" };
  return new TextDecoder().decode(join(upgrade(network)));
}

Deno.test("V1 layers without rates get no settings of their blobs, and what a rate lacks stays out", () => {
  const layer = (rest: string) =>
    text(`layers { name: "a" type: RELU bottom: "x" top: "a" ${rest} }`).match(/param {[^]*/)?.[0];
  assert.equal(layer(""), undefined);
  assert.equal(layer("blobs_lr: 2"), "param {\n    lr_mult: 2\n  }\n}\n");
});

Deno.test("the statistics of BatchNorm get rates of 0, as in Caffe", () => {
  const old = text(`layer { name: "bn" type: "BatchNorm" bottom: "x" top: "bn"
    param { name: "mean" lr_mult: 1 } param { decay_mult: 2 } param { } }`);
  const zeros = "    lr_mult: 0\n    decay_mult: 0\n";
  assert.equal(old.match(/lr_mult: 0\n {4}decay_mult: 0\n/g)?.length, 3);
  assert.match(old, new RegExp(`name: "mean"\n${zeros}`));
  assert.doesNotMatch(old, /mult: [12]/);
});

Deno.test("learned blobs may be added in any order", () => {
  const network = {
    bytes: new TextEncoder().encode('layer { name: "a" type: "Bias" }'),
    name: "a",
  };
  const value = (...numbers: number[]) => ({ shape: [1], data: Float32Array.from(numbers) });
  const inject = [{ layer: "a", index: 1, value: value(2) }, { layer: "a", value: value(1) }];
  const blobs = readWeights(join(upgrade(network, { format: "binary", inject }))).get("a")!;
  assert.deepEqual(blobs.map(({ data }) => [...data]), [[1], [2]]);
});
