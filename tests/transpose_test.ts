import assert from "node:assert/strict";
import { permuteAxes, permuteLater } from "../lib/transpose.ts";
import { copyOf, defer, piecesOf } from "../proto/deferred.ts";
import { permute } from "../runtime/ops/permute.ts";
import { count, type Shape } from "../runtime/tensor.ts";

const cases: readonly (readonly [shape: Shape, order: readonly number[]])[] = [
  [[1], [0]],
  [[1, 1, 1], [2, 0, 1]],
  [[0, 3], [1, 0]],
  [[3, 1, 5], [1, 2, 0]],
  [[33, 65], [1, 0]],
  [[2, 70, 3, 5], [2, 3, 1, 0]],
  [[4, 6, 5, 3], [0, 2, 3, 1]],
  [[4, 6, 5, 3], [3, 1, 2, 0]],
  [[2, 3, 40, 4], [1, 0, 2, 3]],
  [[2, 2, 2, 2, 2], [4, 2, 0, 3, 1]],
];

for (const [shape, order] of cases) {
  Deno.test(`permuting the axes of ${shape.join("×")} by ${order.join(", ")}`, () => {
    const data = Float32Array.from({ length: count(shape) }, (_, i) => i);
    const output = { shape: order.map((axis) => shape[axis]!), data: data.slice() };
    permute.reference({ order }, [{ shape, data }], output);
    assert.deepEqual(permuteAxes(data, shape, order), output.data);
    assert.deepEqual(
      permuteAxes(Int32Array.from(data), shape, order),
      Int32Array.from(output.data),
    );
    const deferred = defer(data.length, (position, into) => {
      into.set(new Uint8Array(data.buffer, position, into.length));
    });
    // A row, two rows, and all of them at a time.
    for (const size of [4, 8 * count(shape.slice(1)), undefined]) {
      const later = permuteLater(deferred, shape, order, size);
      assert.deepEqual(copyOf(later), output.data);
      for (let i = 0; i < 2; i++) {
        assert.deepEqual([...piecesOf(later)].flatMap((piece) => [...piece]), [...output.data]);
      }
    }
  });
}

Deno.test("permuting axes keeps the bits of NaNs, and of a part of a buffer", () => {
  const bits = Int32Array.of(7, 0x7fa00001, 0x7fc12345, -1, 0x7f800001);
  const data = new Float32Array(bits.buffer, 4, 4);
  const permuted = permuteAxes(data, [2, 2], [1, 0]);
  assert.deepEqual(
    new Int32Array(permuted.buffer),
    Int32Array.of(0x7fa00001, -1, 0x7fc12345, 0x7f800001),
  );
});
