/**
 * Each topology, scaled down, is converted without a warning, and the engines equal plain loops.
 * `deno task topologies` tests the published sizes.
 */
import assert from "node:assert/strict";
import { readNet } from "../../lib/caffe/read.ts";
import { lower } from "../../lib/lower.ts";
import { hasGpu } from "../gpu.ts";
import { hasShared, shared } from "../shared.ts";
import { check } from "./check.ts";
import { topologies } from "./mod.ts";
import { full } from "./prototxt.ts";

const engines = hasGpu ? "CPU and GPU equal" : "the CPU equals";

for (const { name, build, small, inputShapes } of topologies) {
  Deno.test(`${name}: ${engines} plain loops`, async () => {
    const options = { inputShapes: inputShapes?.(small), loops: true };
    const { warnings, outcomes, outputs } = await check(name, build(small), options);
    assert.deepEqual(warnings, []);
    for (const [engine, { difference }] of outcomes) {
      assert(difference <= 2e-5, `the relative error of the ${engine} is ${difference}`);
    }
    for (const [output, { data }] of outputs) {
      assert(data.every(Number.isFinite), `${output} is not finite`);
      assert(data.some((value) => value !== data[0]), `${output} is constant`);
    }
    const detections = outputs.get("detection_out")?.shape;
    assert(detections === undefined || detections[2]! > 1, "fewer than two detections");
  });
}

/** The ops of each layer of a network with their attributes and input shapes. */
function loweredLayers(bytes: Uint8Array): readonly unknown[] {
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
    name: `the lowered layers of ${name} equal those of its public prototxt`,
    ignore: !hasShared(path),
    fn() {
      const { build } = topologies.find((topology) => topology.name === name)!;
      const actual = loweredLayers(new TextEncoder().encode(build(full)));
      assert.deepEqual(actual, loweredLayers(Deno.readFileSync(new URL(path, shared))));
    },
  });
}
