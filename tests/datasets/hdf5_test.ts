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
  assert.throws(() => read("external"), {
    name: "SyntaxError",
    message:
      "Cannot read x.h5: the numbers of /data are in another file; copy them into this one with h5py",
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

/** Where a file has a sequence of bytes. */
function find(file: Uint8Array, bytes: readonly number[]): number {
  const at = file.findIndex((_, i) => bytes.every((byte, k) => file[i + k] === byte));
  assert.notEqual(at, -1);
  return at;
}

/** The first node of chunks: `TREE`, of type 1 and level 0. */
const firstNode = (file: Uint8Array) => find(file, [0x54, 0x52, 0x45, 0x45, 1, 0]);

Deno.test("chunks in HDF5 that overlap, or lie between others, are refused", () => {
  const file = files["chunks.h5"]!;
  // An entry has a length, a mask, four offsets and an address; the second differs in the third one.
  const second = firstNode(file) + 24 + 48 + 8 + 2 * 8;
  assert.equal(file[second], 4);
  for (const offset of [0, 3, 8]) {
    assert.throws(() => readArray(file.with(second, offset), "data", "x.h5"), {
      name: "SyntaxError",
      message: "Cannot read x.h5: it is cut short or damaged",
    });
  }
});

Deno.test("compressed numbers in HDF5 that are damaged are refused, not read as others", () => {
  const file = files["deflate.h5"]!, view = new DataView(file.buffer, file.byteOffset);
  const entry = firstNode(file) + 24, length = view.getUint32(entry, true);
  const start = view.getUint32(entry + 40, true);
  let refused = 0;
  for (let at = start; at < start + length; at++) {
    try {
      const damaged = file.with(at, file[at]! ^ 0x10);
      assert.deepEqual(readArray(damaged, "data", "x.h5").data, numbers);
    } catch (error) {
      assert.ok(error instanceof SyntaxError, `${error}`);
      refused++;
    }
  }
  assert.ok(refused > length * 0.9, `${refused} of ${length}`);
});

Deno.test("numbers in HDF5 with unused bits, or with another exponent, are refused", () => {
  const integer = [0x10, 8, 0, 0, 2, 0, 0, 0, 0, 0, 16, 0];
  const float = [0x11, 0x20, 0x1f, 0, 4, 0, 0, 0, 0, 0, 32, 0, 23, 8, 0, 23, 127];
  const i2 = files["i2.h5"]!, chunks = files["chunks.h5"]!;
  const others = [
    i2.with(find(i2, integer) + 8, 4),
    i2.with(find(i2, integer) + 10, 12),
    chunks.with(find(chunks, float) + 10, 16),
    chunks.with(find(chunks, float) + 16, 126),
  ];
  for (const bytes of others) {
    assert.throws(() => readArray(bytes, "data", "x.h5"), {
      name: "SyntaxError",
      message:
        "Cannot read x.h5: /data is no array of float32, float64 or integers of 8, 16, 32 or 64 bits",
    });
  }
});
