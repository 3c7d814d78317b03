import assert from "node:assert/strict";
import { unzipSync } from "fflate";
import type { Net } from "../../lib/caffe/net.ts";
import { selectLayers } from "../../lib/caffe/phase.ts";
import { readNet } from "../../lib/caffe/read.ts";
import { sameShape } from "../../runtime/tensor.ts";
import { type Case, cases, goldens } from "./cases.ts";
import { hasShared } from "../shared.ts";

const ignore = !hasShared("goldens/README.md");

/** Layers that Caffe adds by itself. */
const ADDED = new Set(["Input", "Split"]);

/** Cases in which Caffe assigns blobs to layers of other names. */
const GIVEN_ELSEWHERE = new Set(["cm_duplicate_layer_names", "cm_shared_conflict"]);

/** The layers of a case in the state that Caffe ran it. */
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
    if (!caffemodel || GIVEN_ELSEWHERE.has(name)) continue;
    const { layers } = readNet(caffemodel, { file: name });
    for (const { name: layerName, blobs } of layers) {
      const params = meta.layers!.find((layer) => layer.name === layerName)?.params;
      if (!params) continue;
      assert.equal(blobs.length, params.length, `${name} ${layerName}`);
      for (const [i, { shape, legacy }] of blobs.entries()) {
        const wanted: readonly number[] = legacy
          ? [...Array(4 - params[i]!.length).fill(1), ...params[i]!]
          : params[i]!;
        assert.ok(sameShape(shape, wanted), `${name} ${layerName}:${i} [${shape}] [${wanted}]`);
      }
    }
  }
});

Deno.test("goldens: learned blobs have the values that Caffe loads", () => {
  let count = 0;
  for (const { name, caffemodel } of cases("layers")) {
    if (!caffemodel || GIVEN_ELSEWHERE.has(name)) continue;
    const { layers } = readNet(caffemodel, { file: name });
    const recorded = unzipSync(Deno.readFileSync(new URL(`layers/${name}/golden.npz`, goldens)));
    for (const { name: layer, blobs } of layers) {
      for (const [i, { data }] of blobs.entries()) {
        const array = recorded[`param:${layer}:${i}.npy`];
        if (!array) continue;
        assert.deepEqual(data, valuesOf(array), `${name} ${layer}:${i}`);
        count++;
      }
    }
  }
  assert.ok(count > 300);
});

/** The values of a `.npy` file of float32: what follows its header. */
function valuesOf(npy: Uint8Array): Float32Array {
  const header = 10 + new DataView(npy.buffer, npy.byteOffset).getUint16(8, true);
  return new Float32Array(npy.slice(header).buffer);
}

Deno.test({ name: "goldens: networks of forks and refused ones can be read", ignore }, () => {
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
        "but may have only those of one kind\n  at include_and_exclude:8:1",
    });
  }
});
