/**
 * Messages as text: the shortest digits of numbers, and output in pieces.
 */
import assert from "node:assert/strict";
import { encode, encodeText } from "../../proto/encode_tree.ts";
import { float, floats, message, nested, readText, treeOf } from "../../proto/mod.ts";
import { shortFloat } from "../../proto/short_float.ts";

const Blob = message("Blob", { data: floats(1) });
const Layer = message("Layer", { blob: nested(1, Blob) });

Deno.test("a float is written with the fewest digits that identify it", () => {
  const bits = new Uint32Array(1), float = new Float32Array(bits.buffer);
  for (let i = 0; i < 40_000; i++) {
    // All exponents, including subnormal numbers.
    bits[0] = Math.imul(i, 0x9e3779b1);
    const value = float[0]!;
    if (!Number.isFinite(value)) continue;
    const short = shortFloat(value);
    assert.equal(Math.fround(short), value);
    const digits = short.toExponential().replace(/e.*|\D/g, "").length;
    for (let fewer = 1; fewer < digits; fewer++) {
      assert.notEqual(Math.fround(Number(value.toPrecision(fewer))), value, `${short} is too long`);
    }
  }
  const written = [0.1, -1e-5, 16777216, 1e-45, 3.4028235e38, 65504, 1 / 3].map(Math.fround);
  assert.deepEqual(
    written.map((value) => String(shortFloat(value))),
    ["0.1", "-0.00001", "16777216", "1e-45", "3.4028235e+38", "65504", "0.33333334"],
  );
});

Deno.test("many numbers are written in pieces, with each line indented", () => {
  const data = Float32Array.from({ length: 20_000 }, (_, i) => i / 7);
  data.set([NaN, Infinity, -Infinity, -0]);
  const pieces = [...encodeText(treeOf(Layer, { blob: { data } }), () => {})];
  assert.ok(pieces.length > 3);
  assert.ok(pieces.every(({ length }) => length < 1 << 17));
  const text = pieces.join("");
  assert.match(text, /^blob \{\n {2}data: nan\n {2}data: inf\n {2}data: -inf\n {2}data: -0\n/);
  assert.match(text, /\n}\n$/);
  const again = readText(new TextEncoder().encode(text), "again.prototxt").read(Layer);
  assert.deepEqual(again.blob!.data, data);
});

Deno.test("a field that only text has cannot be encoded", () => {
  const Odd = message("OddParameter", { mode: float(0) });
  const Layer = message("Layer", { odd: nested(3, Odd) });
  assert.throws(() => encode(Layer, { odd: { mode: 1 } }), {
    name: "TypeError",
    message: 'Cannot write OddParameter: the number of its field "mode" is not known',
  });
  assert.deepEqual(encode(Layer, { odd: {} }), Uint8Array.of(3 << 3 | 2, 0));
});
