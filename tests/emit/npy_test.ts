import assert from "node:assert/strict";
import { npyHeader, npyParts, writeNpy } from "../../lib/emit/npy.ts";

Deno.test("a header has the same bytes as NumPy's", () => {
  const text = String.fromCharCode(...npyHeader("<f2", [64, 3, 3, 3]));
  assert.equal(
    text,
    "\x93NUMPY\x01\0\x76\0{'descr': '<f2', 'fortran_order': False, 'shape': (64, 3, 3, 3), }" +
      " ".repeat(51) + "\n",
  );
});

Deno.test("the data starts at a multiple of 64 bytes, for any rank", () => {
  for (let rank = 0; rank < 33; rank++) {
    const header = npyHeader("<f4", new Array(rank).fill(1234567));
    assert.equal(header.length % 64, 0);
    assert.equal(header.at(-1), 10);
  }
});

Deno.test("shapes are written as Python's tuples", () => {
  const shapeOf = (shape: number[]) =>
    /'shape': (\(.*?\))/.exec(new TextDecoder().decode(npyHeader("<f4", shape)))![1];
  assert.deepEqual([[], [3], [3, 4]].map(shapeOf), ["()", "(3,)", "(3, 4)"]);
});

Deno.test("numbers are not copied", () => {
  const data = Float32Array.of(1, 1 / 3);
  assert.equal(npyParts({ shape: [2], data })[1].buffer, data.buffer);
});

Deno.test("a tensor with too few numbers is refused", () => {
  assert.throws(() => writeNpy({ shape: [2, 2], data: new Float32Array(3) }), {
    message: "Cannot write an array of shape [2, 2]: it has 3 numbers",
  });
});
