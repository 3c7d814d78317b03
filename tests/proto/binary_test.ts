import assert from "node:assert/strict";
import { encode } from "../../proto/encode_tree.ts";
import {
  bool,
  bytes,
  double,
  doubles,
  enumeration,
  float,
  floats,
  int32,
  int64,
  message,
  nested,
  open,
  openEnumeration,
  readBinary,
  repeated,
  string,
  uint32,
} from "../../proto/mod.ts";

const Inner = message("Inner", { a: int32(1), b: int32(2), list: repeated(int32(3)) });
const Message = message("Message", {
  text: string(1, ""),
  raw: bytes(3),
  int: int32(4),
  ints: repeated(int32(5)),
  uint: uint32(6),
  long: int64(7),
  real: float(8),
  reals: repeated(float(9)),
  precise: double(10),
  many: floats(11),
  manyPrecise: doubles(12),
  flag: bool(13, false),
  method: enumeration(15, { MAX: 0, AVE: 1 }, "MAX"),
  kind: openEnumeration(18, { OLD: 3 }, "NONE"),
  inner: nested(19, Inner),
  inners: repeated(nested(20, Inner)),
  later: open(21),
});

/** Bytes of tags, values and texts: a tag is written as `[field, wireType]`. */
function wire(...parts: readonly (number | readonly [number, number] | string)[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part): number[] => {
    if (typeof part === "number") return [part];
    if (typeof part === "string") return [...new TextEncoder().encode(part)];
    const tag = part[0] * 8 + part[1];
    return tag < 128 ? [tag] : [tag & 127 | 128, tag >> 7];
  }));
}

const read = (file: Uint8Array) => readBinary(file, "net.caffemodel").read(Message);
const floatBytes = (...values: number[]) => [...new Uint8Array(new Float32Array(values).buffer)];

/** The message of an error, or "accepted". */
function refusal(file: Uint8Array): string {
  try {
    read(file);
  } catch (error) {
    assert.ok(error instanceof SyntaxError, String(error));
    return error.message.replace("Cannot read net.caffemodel: ", "");
  }
  return "accepted";
}

Deno.test("binary: written messages are read back", () => {
  const value = {
    text: "conv é",
    raw: new Uint8Array([0, 255]),
    int: -5,
    ints: [1, -1, 300],
    uint: 4294967295,
    long: -9007199254740991,
    real: 0.5,
    reals: [1, 2],
    precise: 0.1,
    many: new Float32Array([1, 2, 3]),
    manyPrecise: new Float64Array([0.1, 0.2]),
    flag: true,
    method: "AVE",
    kind: "77",
    inner: { a: 1, list: [1, 2] },
    inners: [{ a: 1 }, {}, { b: 2 }],
  } as const;
  const { inner, inners, later, ...others } = read(encode(Message, value));
  const { inner: _inner, inners: _inners, ...given } = value;
  assert.deepEqual(others, given);
  assert.deepEqual(inner, { a: 1, b: undefined, list: [1, 2] });
  assert.deepEqual(inners.map(({ a, b }) => `${a} ${b}`), [
    "1 undefined",
    "undefined undefined",
    "undefined 2",
  ]);
  assert.equal(later, undefined);
});

Deno.test("binary: repeated numbers may be packed, single, or both", () => {
  const packed = wire([5, 2], 3, 1, 2, 3);
  const single = wire([5, 0], 1, [5, 0], 2, [5, 0], 3);
  const both = wire([5, 0], 1, [5, 2], 2, 2, 3, [6, 0], 9, [5, 2], 0, [5, 0], 4);
  assert.deepEqual(read(packed).ints, [1, 2, 3]);
  assert.deepEqual(read(single).ints, [1, 2, 3]);
  assert.deepEqual(read(both).ints, [1, 2, 3, 4]);
  const reals = wire([9, 2], 8, ...floatBytes(1, 2), [9, 5], ...floatBytes(3));
  assert.deepEqual(read(reals).reals, [1, 2, 3]);
});

Deno.test("binary: arrays of floats are views where they are aligned, else copies", () => {
  for (let shift = 0; shift < 8; shift++) {
    const body = wire([11, 2], 8, ...floatBytes(1.5, -2), [12, 2], 8, ...floatBytes(0, 1.875));
    const file = new Uint8Array(new Uint8Array(body.length + shift).buffer, shift);
    file.set(body);
    const { many, manyPrecise } = read(file);
    assert.deepEqual(many, new Float32Array([1.5, -2]));
    assert.deepEqual(manyPrecise, new Float64Array([1]));
    assert.equal(many.buffer === file.buffer, (shift + 2) % 4 === 0);
    assert.equal(manyPrecise.buffer === file.buffer, (shift + 12) % 8 === 0);
  }
});

Deno.test("binary: arrays of floats may be packed, single, or both, in whole numbers", () => {
  const single = wire([11, 5], ...floatBytes(1), [11, 5], ...floatBytes(2));
  const mixture = wire(
    [11, 2],
    8,
    ...floatBytes(1, 2),
    [11, 5],
    ...floatBytes(3),
    [11, 5],
    ...floatBytes(4),
    [4, 0],
    9,
    [11, 2],
    0,
    [11, 2],
    4,
    ...floatBytes(5),
  );
  assert.deepEqual([...read(single).many], [1, 2]);
  assert.deepEqual([...read(mixture).many], [1, 2, 3, 4, 5]);
  assert.equal(
    refusal(wire([11, 2], 5, 0, 0, 0, 0, 0)),
    "Message.many is 5 bytes, not a multiple of 4, at byte 2",
  );
  assert.equal(
    refusal(wire([11, 0], 5)),
    "Message.many is described as floats, but wire type 0 was found, at byte 1",
  );
});

Deno.test("binary: the last value of a repeated singular field is read, and messages are merged", () => {
  assert.equal(read(wire([4, 0], 1, [4, 0], 2)).int, 2);
  const pieces = wire(
    [19, 2],
    4,
    [1, 0],
    1,
    [3, 0],
    1,
    [4, 0],
    5,
    [19, 2],
    4,
    [2, 0],
    2,
    [3, 0],
    2,
  );
  assert.deepEqual(read(pieces).inner, { a: 1, b: 2, list: [1, 2] });
});

Deno.test("binary: varints of 64 bits are read, or refused if they are no safe integers", () => {
  const minusOne = [255, 255, 255, 255, 255, 255, 255, 255, 255, 1];
  assert.equal(read(wire([4, 0], ...minusOne)).int, -1);
  assert.equal(read(wire([7, 0], ...minusOne)).long, -1);
  assert.equal(read(wire([13, 0], 128, 128, 128, 128, 128, 1)).flag, true);
  assert.match(
    refusal(wire([7, 0], 255, 255, 255, 255, 255, 255, 255, 255, 127)),
    /Message.long is 9223372036854775807|out of range/,
  );
});

Deno.test("binary: damaged input is refused, with the offset", () => {
  const cases: readonly (readonly [Uint8Array, string])[] = [
    [wire([4, 0]), "a number ends beyond its message, at byte 1"],
    [wire([4, 0], 128), "a number ends beyond its message, at byte 1"],
    [wire([4, 0], ...Array(10).fill(128), 1), "a number takes more than 10 bytes, at byte 1"],
    [wire(...Array(11).fill(255)), "a number takes more than 10 bytes, at byte 0"],
    [
      wire([1, 2], 5, "ab"),
      "a value of 5 bytes ends beyond the file: it is cut off, or none of Caffe's, at byte 2",
    ],
    [wire([1, 2], 255, 255, 255, 255, 255, 255, 255, 255, 127, "ab"), ""],
    [
      wire([8, 5], 1, 2, 3),
      "a value of 4 bytes ends beyond the file: it is cut off, or none of Caffe's, at byte 1",
    ],
    [
      wire([10, 1], 1, 2, 3),
      "a value of 8 bytes ends beyond the file: it is cut off, or none of Caffe's, at byte 1",
    ],
    [
      wire([4, 3], [4, 4]),
      "wire type 3 is not Caffe's; the file is damaged, or none of Caffe's, at byte 1",
    ],
    [
      wire([4, 7]),
      "wire type 7 is not Caffe's; the file is damaged, or none of Caffe's, at byte 1",
    ],
    [wire(0, 0), "a field has the number 0; the file is damaged, or none of Caffe's, at byte 0"],
    [
      wire([4, 5], 0, 0, 0, 0),
      "Message.int is described as int32, but wire type 5 was found, at byte 1",
    ],
    [
      wire([4, 2], 1, 5),
      "Message.int is described as int32, but wire type 2 was found, at byte 1",
    ],
    [wire([1, 0], 5), "Message.text is described as string, but wire type 0 was found, at byte 1"],
    [wire([19, 0], 5), "Message.inner is a message, but wire type 0 was found, at byte 2"],
    [wire([19, 2], 1, [1, 0]), "a number ends beyond its message, at byte 4"],
    [wire([5, 2], 2, 1, 128), "a number ends beyond its message, at byte 3"],
    [wire([15, 0], 7), "Message.method has no value 7, at byte 1"],
  ];
  for (const [file, problem] of cases) {
    const found = refusal(file);
    if (problem) assert.equal(found, problem);
    assert.match(found, /, at byte \d+$/, `${file}`);
  }
});

Deno.test("binary: nesting is limited", () => {
  interface Nested {
    readonly self: Nested | undefined;
  }
  const fields: Record<string, ReturnType<typeof nested>> = {};
  const Self = message("Self", fields);
  fields.self = nested(1, Self);
  let file = new Uint8Array(0);
  for (let depth = 0; depth < 120; depth++) {
    file = new Uint8Array([10, ...lengthOf(file.length), ...file]);
  }
  assert.throws(() => readBinary(file, "f").read(Self as never) as Nested, {
    name: "SyntaxError",
    message: /^Cannot read f: more than 100 nested messages, at byte \d+$/,
  });
});

const lengthOf = (length: number) => length < 128 ? [length] : [length & 127 | 128, length >> 7];

Deno.test("binary: unread fields are reported by number", () => {
  const file = readBinary(wire([4, 0], 1, [99, 0], 1, [21, 2], 2, [1, 0], 7), "f");
  const { later } = file.read(Message);
  assert.deepEqual(file.unread().map(({ name, where }) => [name, where]), [["99", "f"]]);
  assert.ok(file.has({ name: "", number: 99 }));
  assert.ok(!file.has({ name: "", number: 98 }));
  assert.equal(later!.read(Inner).a, 7);
});
