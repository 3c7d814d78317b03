import assert from "node:assert/strict";
import { readArray } from "../../lib/datasets/hdf5.ts";
import { filesOf, withDamage } from "./fixtures.ts";

const files = filesOf("hdf5");
const read = (name: string) => readArray(files[`${name}.h5`]!, "data", "x.h5");

/** The numbers of most files. */
const numbers = Float32Array.from({ length: 5 * 7 * 6 }, (_, i) => i - 50);

for (
  const name of [
    "chunks",
    "deflate",
    "shuffled",
    "unfiltered",
    "checked first",
    "i1",
    "i2",
    ">i4",
    "i8",
  ]
) {
  Deno.test(`an array in HDF5 (${name}) has the numbers that were written`, () => {
    const { shape, data } = read(name);
    assert.deepEqual(shape, [5, 7, 6]);
    // Bytes with a sign end at 127.
    const wrapped = name === "i1" ? Float32Array.from(Int8Array.from(numbers)) : numbers;
    assert.deepEqual(data, wrapped);
  });
}

for (const name of ["u1", ">u2", "u4", ">u8"]) {
  Deno.test(`an array in HDF5 (${name}) has numbers without a sign`, () => {
    const { data } = read(name), most = 2 ** (8 * Number(name.at(-1)));
    assert.deepEqual(data, numbers.map((x) => x < 0 ? x + most : x));
  });
}

Deno.test("chunks of an array in HDF5 are found in a tree of several levels", () => {
  const { shape, data } = read("deep");
  assert.deepEqual(shape, [300, 1]);
  assert.deepEqual(data, Float32Array.from({ length: 300 }, (_, i) => i));
});

Deno.test("an array in HDF5 that is compressed otherwise, or not complete, is refused", () => {
  assert.throws(() => read("lzf"), {
    name: "SyntaxError",
    message: /^Cannot read x\.h5: \/data is compressed by filter 32000; h5repack /,
  });
  assert.throws(() => read("unwritten"), {
    name: "SyntaxError",
    message: "Cannot read x.h5: not all numbers of /data were written",
  });
});

Deno.test("damaged chunks in HDF5 are refused, or read", () => {
  let refused = 0;
  withDamage(files["shuffled.h5"]!, (damaged) => {
    try {
      assert.ok(readArray(damaged, "data", "x.h5").data instanceof Float32Array);
    } catch (error) {
      assert.ok(error instanceof SyntaxError, `${error}`);
      assert.match(error.message, /^Cannot read x\.h5: /);
      refused++;
    }
  });
  assert.ok(refused > 100, `${refused}`);
});
