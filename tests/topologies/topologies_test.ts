/**
 * Each topology, made small: it converts without a warning, and the engines give what plain loops
 * give. `deno task topologies` does the same at the published sizes.
 */
import assert from "node:assert/strict";
import { readNet } from "../../lib/caffe/read.ts";
import { lower } from "../../lib/lower.ts";
import { hasGpu } from "../gpu.ts";
import { hasShared, shared } from "../shared.ts";
import { check } from "./check.ts";
import { topologies } from "./mod.ts";
import { full } from "./prototxt.ts";

const engines = hasGpu ? "CPU and GPU give" : "the CPU gives";

for (const { name, build, small, inputShapes } of topologies) {
  Deno.test(`${name}: ${engines} what plain loops give`, async () => {
    const options = { inputShapes: inputShapes?.(small), loops: true };
    const { warnings, outcomes, outputs } = await check(name, build(small), options);
    assert.deepEqual(warnings, []);
    for (const [engine, { difference }] of outcomes) {
      assert(difference <= 2e-5, `the ${engine} is off by ${difference}`);
    }
    for (const [output, { data }] of outputs) {
      assert(data.every(Number.isFinite), `${output} is not finite`);
      assert(data.some((value) => value !== data[0]), `${output} is the same everywhere`);
    }
    const found = outputs.get("detection_out")?.shape;
    assert(found === undefined || found[2]! > 1, "nothing is found");
  });
}

/** What each layer of a network becomes: its ops with their settings, and the shapes they work on. */
function described(bytes: Uint8Array): readonly unknown[] {
  const net = readNet(bytes, { file: "net.prototxt", warn: () => {} });
  const layers = net.layers.filter(({ phase }) => phase !== "TRAIN");
  return lower({ ...net, layers }).layers.map(({ name, type, nodes }) => [
    name,
    type,
    nodes.map(({ op, attributes, inputs }) => [op, attributes, inputs.map(({ shape }) => shape)]),
  ]);
}

for (
  const [name, file] of [
    ["MobileNet-SSD", "mobilenet_ssd_voc"],
    ["PSPNet50", "pspnet50_ADE20K_473"],
    ["ShuffleNet", "shufflenet_1x_g3"],
  ]
) {
  const path = `goldens/nets/${file}.prototxt`;
  Deno.test({
    name: `${name} is what its public file says`,
    ignore: !hasShared(path),
    fn() {
      const { build } = topologies.find((topology) => topology.name === name)!;
      const actual = described(new TextEncoder().encode(build(full)));
      assert.deepEqual(actual, described(Deno.readFileSync(new URL(path, shared))));
    },
  });
}
