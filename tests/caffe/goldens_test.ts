import assert from "node:assert/strict";
import type { Net } from "../../lib/caffe/net.ts";
import { selectLayers } from "../../lib/caffe/phase.ts";
import { readNet } from "../../lib/caffe/read.ts";
import { sameShape } from "../../runtime/tensor.ts";
import { hasShared, shared } from "../shared.ts";
import { type Case, cases } from "./cases.ts";

/** Layers that Caffe adds by itself. */
const ADDED = new Set(["Input", "Split"]);

/** The network as Caffe was asked for it. */
function netOf({ name, prototxt, meta }: Case): Net {
  const { phase = "TEST", level = 0, stages = [] } = meta;
  return selectLayers(readNet(prototxt, { file: name }), { phase, level, stages });
}

const listing = (layers: readonly { readonly name: string; readonly type: string }[]) =>
  layers.filter(({ type }) => !ADDED.has(type)).map(({ name, type }) => `${name} (${type})`);

Deno.test("goldens: Caffe's layers are found in all networks", () => {
  let count = 0;
  for (const golden of cases("layers")) {
    assert.deepEqual(listing(netOf(golden).layers), listing(golden.meta.layers!), golden.name);
    count++;
  }
  assert.ok(count > 200);
});

Deno.test("goldens: learned blobs have the shapes that Caffe gives them", () => {
  for (const { name, caffemodel, meta } of cases("layers")) {
    if (!caffemodel || name === "cm_duplicate_layer_names") continue;
    const { layers } = readNet(caffemodel, { file: name });
    for (const { name: layerName, blobs } of layers) {
      const params = meta.layers!.find((layer) => layer.name === layerName)?.params;
      if (!params) continue;
      assert.equal(blobs.length, params.length, `${name} ${layerName}`);
      for (const [i, { shape, legacy }] of blobs.entries()) {
        const wanted = legacy
          ? [...Array(4 - params[i]!.length).fill(1), ...params[i]!]
          : params[i]!;
        assert.ok(sameShape(shape, wanted), `${name} ${layerName}:${i} [${shape}] [${wanted}]`);
      }
    }
  }
});

Deno.test("goldens: all ways to write a caffemodel hold the same weights", () => {
  const same = [
    "cm_plain",
    "cm_double_data",
    "cm_shape_dims_unpacked",
    "cm_shuffled_and_extra_layers",
    "cm_unknown_fields",
    "cm_unpacked_floats",
    "cm_v0_binary",
    "cm_v1_binary",
    "cm_with_diff",
  ];
  for (const { name, caffemodel } of cases("layers")) {
    if (!same.includes(name)) continue;
    const { layers } = readNet(caffemodel!, { file: name });
    const weights = layers.find((layer) => layer.name === "conv1")!.blobs[0]!;
    assert.equal(weights.data.length, 3 * 2 * 3 * 3, name);
    assert.ok(weights.data.every(Number.isFinite), name);
  }
});

Deno.test("goldens: networks of forks and refused ones can be read", () => {
  for (const group of ["forks", "rejects", "fork_rejects"]) {
    for (const { name, prototxt, caffemodel } of cases(group)) {
      assert.ok(readNet(prototxt, { file: name }).layers.length > 0, name);
      if (caffemodel) readNet(caffemodel, { file: name });
    }
  }
});

Deno.test("goldens: a layer with rules of both kinds is refused", () => {
  for (const golden of cases("rejects")) {
    if (golden.name !== "include_and_exclude") continue;
    assert.throws(() => netOf(golden), {
      name: "TypeError",
      message: 'Cannot convert layer "r" (ReLU): it has both include and exclude rules, ' +
        "but may have only those of one kind",
    });
  }
});

const ignore = !hasShared("goldens/nets/vgg16_v1.prototxt");

Deno.test({ name: "goldens: VGG 16 is the same in V1 and in the current format", ignore }, () => {
  const read = (file: string) =>
    readNet(Deno.readFileSync(new URL(`goldens/nets/${file}.prototxt`, shared)));
  const facts = ({ name, layers, inputs }: Net) => ({
    name,
    inputs,
    layers: layers.filter(({ type }) => type !== "Input").map((layer) => [
      layer.name,
      layer.type,
      layer.bottoms,
      layer.tops,
    ]),
  });
  const [current, v1] = [facts(read("vgg16")), facts(read("vgg16_v1"))];
  assert.deepEqual(v1.layers, current.layers);
});
