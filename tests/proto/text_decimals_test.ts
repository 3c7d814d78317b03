import assert from "node:assert/strict";
import { decimalOf, endOfDecimal } from "../../proto/text_decimals.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** The value of a text that is a decimal as a whole. */
function valueOf(text: string): number | undefined {
  const bytes = bytesOf(text);
  assert.equal(endOfDecimal(bytes, 0), text.length, text);
  return decimalOf(bytes, 0, text.length);
}

Deno.test("decimals: the end is that of the whole token", () => {
  const cases = { "12 3": 2, "0.5\n": 3, "1.": 2, ".5,": 2, "1e5]": 3, "2.5E-3": 6, "1e+05;": 5 };
  for (const [text, end] of Object.entries(cases)) {
    assert.equal(endOfDecimal(bytesOf(text), 0), end, text);
  }
  for (
    const text of ["", ".", "-1", "1e", "1e+", ".e5", "0x10", "1f", "1.5.2", "1_", "1e5.", "nan"]
  ) {
    assert.equal(endOfDecimal(bytesOf(text), 0), 0, text);
  }
});

Deno.test("decimals: values are those of JavaScript's numbers, to the last bit", () => {
  for (const text of ["0", "1.", ".5", "9007199254740991", "1e22", "1E-22", "12.5e+20", "0.1e1"]) {
    assert.equal(valueOf(text), Number(text), text);
  }
  let seed = 1;
  for (let i = 0; i < 20_000; i++) {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    const value = seed / 2 ** 32 * 10 ** (i % 24 - 12);
    // Nine digits identify a float.
    for (const text of [value.toPrecision(9), value.toExponential(8), value.toPrecision(15)]) {
      const read = valueOf(text);
      assert.ok(read === Number(text) || read === undefined && value < 1e-6, text);
    }
  }
});

Deno.test("decimals: what needs more than one rounding is left to others", () => {
  for (const text of ["9007199254740993", "1e23", "1e-23", "0.12345678901234567890", "1e99999"]) {
    assert.equal(valueOf(text), undefined, text);
  }
});
