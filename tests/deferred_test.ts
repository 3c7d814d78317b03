/**
 * Networks whose weights stay in their file until they are written become the same bundles as those
 * that are read whole.
 *
 * @module
 */
import assert from "node:assert/strict";
import { convert } from "../lib/convert.ts";
import { writeBundle } from "../lib/emit/bundle.ts";
import type { PartialFile } from "../proto/mod.ts";
import { exists } from "./golden.ts";
import { readCases } from "./layer_cases.ts";
import { join } from "./join.ts";

/** Bytes as a file that leaves all it can where it is. */
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

/** Some networks run in Caffe, but are refused here. */
function accepted<Result>(action: () => Result): Result | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

/** A bundle as a writer gets it that can go back; its pieces may lie in memory that is used again. */
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

Deno.test("weights that stay in their file are written as those that were read", () => {
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
    const model = accepted(() => convert(network!, { ...options, caffemodel: weights }));
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
