import assert from "node:assert/strict";
import {
  boolean,
  integer,
  integers,
  number,
  numbers,
  omitDefaults,
  oneOf,
  pair,
  resolve,
  size,
  sizes,
  triple,
} from "../../runtime/ops/attribute.ts";

const schema = {
  output: size(),
  kernel: sizes([1, 1]),
  pad: pair([0, 0]),
  cube: triple([1, 1, 1]),
  axis: integer(1),
  bias: boolean(true),
  scale: number(1),
  method: oneOf(["max", "average"], "max"),
  offsets: integers([]),
  coefficients: numbers([]),
};

const defaults = {
  output: 3,
  kernel: [1, 1],
  pad: [0, 0],
  cube: [1, 1, 1],
  axis: 1,
  bias: true,
  scale: 1,
  method: "max",
  offsets: [],
  coefficients: [],
};

Deno.test("resolve() fills in defaults, and keeps given settings", () => {
  assert.deepEqual(resolve(schema, { output: 3 }), defaults);
  const given = { output: 1, axis: -2, bias: false, scale: -0.5, method: "average", pad: [3, -4] };
  assert.deepEqual(resolve(schema, given), { ...defaults, ...given });
  assert.deepEqual(resolve(schema, { output: 3, axis: undefined }), defaults);
  assert.equal(resolve(schema, { output: 3, scale: -Infinity }).scale, -Infinity);
});

const wrong: [given: Record<string, unknown>, message: string][] = [
  [{}, "its output must be an integer of at least 1, not missing"],
  [{ output: 0 }, "its output must be an integer of at least 1, not 0"],
  [{ output: 2 ** 31 }, "its output must be an integer of at least 1, not 2147483648"],
  [{ output: "3" }, 'its output must be an integer of at least 1, not "3"'],
  [{ output: null }, "its output must be an integer of at least 1, not null"],
  [{ kernel: [3] }, "its kernel must be two integers of at least 1, not [3]"],
  [{ kernel: [3, 0] }, "its kernel must be two integers of at least 1, not [3,0]"],
  [{ pad: [1.5, 1] }, "its pad must be two integers, not [1.5,1]"],
  [{ cube: [1, 1] }, "its cube must be three integers, not [1,1]"],
  [{ axis: 0.5 }, "its axis must be an integer, not 0.5"],
  [{ axis: NaN }, "its axis must be an integer, not null"],
  [{ bias: 1 }, "its bias must be true or false, not 1"],
  [{ scale: "1" }, 'its scale must be a number, not "1"'],
  [{ method: "min" }, 'its method must be one of "max", "average", not "min"'],
  [{ method: ["max"] }, 'its method must be one of "max", "average", not ["max"]'],
  [{ offsets: [1, "2"] }, 'its offsets must be a list of integers, not [1,"2"]'],
  [{ coefficients: 1 }, "its coefficients must be a list of numbers, not 1"],
  [
    { alfa: 1 },
    'it has no setting "alfa"; its settings are output, kernel, pad, cube, axis, bias, scale, ' +
    "method, offsets, coefficients",
  ],
  [
    JSON.parse('{ "__proto__": { "output": 1 } }'),
    'it has no setting "__proto__"; its settings ' +
    "are output, kernel, pad, cube, axis, bias, scale, method, offsets, coefficients",
  ],
];

for (const [given, message] of wrong) {
  Deno.test(`resolve() refuses ${JSON.stringify(given)}: ${message.slice(0, 40)}`, () => {
    const required = Object.hasOwn(given, "output") || message.includes("output must")
      ? {}
      : { output: 1 };
    const all = Object.defineProperties({ ...required }, Object.getOwnPropertyDescriptors(given));
    assert.throws(() => resolve(schema, all), { name: "TypeError", message });
  });
}

Deno.test("resolve() reports that an op has no settings, and shortens long values", () => {
  assert.throws(() => resolve({}, { slope: 1 }), {
    message: 'it has no setting "slope"; its settings are none',
  });
  assert.throws(() => resolve({ axis: integer() }, { axis: "x".repeat(1e6) }), {
    message: `its axis must be an integer, not "${"x".repeat(79)}`,
  });
});

Deno.test("resolve() ignores inherited properties", () => {
  assert.throws(() => resolve({ output: size() }, Object.create({ output: 3 })), {
    message: "its output must be an integer of at least 1, not missing",
  });
});

Deno.test("omitDefaults() keeps settings that differ, and resolve() restores the others", () => {
  const attributes = resolve(schema, { output: 3, kernel: [1, 2], offsets: [], scale: 2 });
  const kept = omitDefaults(schema, attributes);
  assert.deepEqual(kept, { output: 3, kernel: [1, 2], scale: 2 });
  assert.deepEqual(resolve(schema, kept), attributes);
});

Deno.test("omitDefaults() distinguishes infinities and NaN", () => {
  for (const scale of [Infinity, NaN, -Infinity]) {
    const attributes = resolve({ scale: number(-Infinity) }, { scale });
    const kept = omitDefaults({ scale: number(-Infinity) }, attributes);
    assert.deepEqual(resolve({ scale: number(-Infinity) }, kept), attributes);
  }
});
