/**
 * Networks whose weights stay in their file until they are written become the same bundles as those
 * that are read whole.
 *
 * @module
 */
import assert from "node:assert/strict";
import { convert } from "../lib/convert.ts";
import { writeCaffemodel } from "../lib/caffe/write.ts";
import { writeBundle } from "../lib/emit/bundle.ts";
import { writeGraphModel } from "../lib/emit/tfjs/graph_model.ts";
import { writeSavedModel } from "../lib/emit/tfjs/saved_model/saved_model.ts";
import type { Model } from "../lib/model.ts";
import type { NamedBytes, NamedFile } from "../lib/named_file.ts";
import type { PartialFile } from "../proto/mod.ts";
import { exists } from "./golden.ts";
import { readCases } from "./layer_cases.ts";
import { join } from "./join.ts";

/** Bytes as a file whose arrays are all read later. */
function partial(bytes: Uint8Array): PartialFile {
  return {
    size: bytes.length,
    many: 1,
    read(position, into) {
      assert(position + into.length <= bytes.length);
      into.set(bytes.subarray(position, position + into.length));
    },
  };
}

/** The result of an action, or `undefined` if it throws: some networks of Caffe are refused here. */
function resultOf<Result>(action: () => Result): Result | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

/** A bundle, written by a writer that can seek. Pieces are copied, since their memory may be reused. */
function written(
  write: (rewrite: (offset: number, bytes: Uint8Array) => void) => Iterable<Uint8Array>,
) {
  const late: [offset: number, bytes: Uint8Array][] = [];
  const pieces: Uint8Array[] = [];
  for (const piece of write((...where) => late.push(where))) pieces.push(piece.slice());
  const bytes = join(pieces);
  for (const [offset, header] of late) bytes.set(header, offset);
  return bytes;
}

Deno.test("deferred weights are written like those in memory", () => {
  const goldens = new URL("goldens/layers/", import.meta.url);
  let count = 0;
  for (const [name, { phase, level, stages, layers }] of readCases(goldens)) {
    const at = new URL(`${name}/`, goldens);
    if (!exists(new URL("net.caffemodel", at))) continue;
    const [network, weights] = ["net.prototxt", "net.caffemodel"].map((file) => {
      return { bytes: Deno.readFileSync(new URL(file, at)), name: file };
    });
    const data = layers.filter(({ type }) => type === "Data");
    const inputShapes = new Map(
      data.flatMap(({ tops, top_shapes }) => tops.map((top, i) => [top, top_shapes[i]!] as const)),
    );
    const options = { phase, level, stages, inputShapes };
    const model = resultOf(() => convert(network!, { ...options, caffemodel: weights }));
    if (model === undefined || model.untrained.length > 0) continue;
    const deferring = () => {
      const caffemodel = { ...weights!, bytes: partial(weights!.bytes) };
      return convert(network!, { ...options, caffemodel, deferWeights: true });
    };
    for (const weights of ["float32", "float16", "int8"] as const) {
      const whole = join(writeBundle(model, { weights }));
      assert.deepEqual(join(writeBundle(deferring(), { weights })), whole, name);
      const bytes = written((rewrite) => writeBundle(deferring(), { weights, rewrite }));
      assert.deepEqual(bytes, whole, name);
    }
    count++;
  }
  assert(count > 100);
});

Deno.test("exports for TensorFlow read the weights that they need", () => {
  const { network, caffemodel } = someNetwork();
  const read = (weights: NamedFile) =>
    convert(network, { caffemodel: weights, deferWeights: true });
  const formats = ["float32", "float16", "uint8"] as const;
  const writers = [
    writeSavedModel,
    ...formats.map((weights) => (model: Model) => writeGraphModel(model, { weights })),
  ];
  for (const write of writers) {
    const [whole, late] = [
      caffemodel,
      { ...caffemodel, bytes: partial(caffemodel.bytes) },
    ].map((weights) => {
      const files = write(read(weights)), byName = files.map(({ chunks }) => join(chunks));
      // In any order, and more than once.
      assert.deepEqual(files.toReversed().map(({ chunks }) => join(chunks)), byName.toReversed());
      return byName;
    });
    assert.deepEqual(late, whole);
  }
});

Deno.test("exports for TensorFlow leave large weights in their file until they are written", () => {
  const { network, caffemodel } = someNetwork();
  const file = partial(caffemodel.bytes);
  let read = 0;
  const counting: PartialFile = {
    ...file,
    read(position, into) {
      if (into.length === 24) read++;
      file.read(position, into);
    },
  };
  const weights = { ...caffemodel, bytes: counting };
  const model = convert(network, { caffemodel: weights, deferWeights: true });
  for (const write of [writeGraphModel, writeSavedModel]) {
    const files = write(model);
    assert.equal(read, 0);
    for (const { chunks } of files) join(chunks);
    assert.equal(read, 1);
    read = 0;
  }
});

/** A network, and its weights in a file of their own. */
function someNetwork(): { readonly network: NamedBytes; readonly caffemodel: NamedBytes } {
  const text = `input: "data" input_shape { dim: 1 dim: 3 }
    layer { name: "ip" type: "InnerProduct" bottom: "data" top: "ip"
      inner_product_param { num_output: 2 bias_term: false } }`;
  const blobs = [{ shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }];
  const layers = [{ name: "ip", type: "InnerProduct", bottoms: ["data"], tops: ["ip"], blobs }];
  return {
    network: { bytes: new TextEncoder().encode(text), name: "ip.prototxt" },
    caffemodel: { bytes: writeCaffemodel({ name: "ip", layers }), name: "ip.caffemodel" },
  };
}
