/**
 * Topologies that were rebuilt from what was published equal the public files.
 */
import assert from "node:assert/strict";
import { readNet } from "../../lib/caffe/read.ts";
import { lower } from "../../lib/lowering/lower.ts";
import { hasShared, shared } from "../shared.ts";
import { topologies } from "./mod.ts";
import { full } from "./prototxt.ts";

/** The ops of each layer of a network with their attributes and inputs, other than input layers. */
function loweredLayers(bytes: Uint8Array): readonly unknown[] {
  const net = readNet(bytes, { file: "net.prototxt" });
  const layers = net.layers.filter(({ phase }) => phase !== "TRAIN");
  const lowered = lower({ ...net, layers }).layers.filter(({ type }) => type !== "Input");
  return lowered.map(({ name, type, nodes }) => [
    name,
    type,
    nodes.map(({ op, attributes, inputs }) => [
      op,
      attributes,
      inputs.map(({ name, shape }) => [name, shape]),
    ]),
  ]);
}

for (const { name, build, recording } of topologies) {
  if (recording === undefined) continue;
  const path = `goldens/nets/${recording}.prototxt`;
  Deno.test({
    name: `the lowered layers of ${name} equal those of its public prototxt`,
    ignore: !hasShared(path),
    fn() {
      const actual = loweredLayers(new TextEncoder().encode(build(full)));
      assert.deepEqual(actual, loweredLayers(Deno.readFileSync(new URL(path, shared))));
    },
  });
}

Deno.test({
  name: "the lowered layers of VGG 16 are the same in V1 and in the current format",
  ignore: !hasShared("goldens/nets/vgg16_v1.prototxt"),
  fn() {
    const [current, v1] = ["vgg16", "vgg16_v1"].map((name) =>
      loweredLayers(Deno.readFileSync(new URL(`goldens/nets/${name}.prototxt`, shared)))
    );
    assert.deepEqual(v1, current);
  },
});
