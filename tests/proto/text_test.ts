import assert from "node:assert/strict";
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
  onlyWith,
  open,
  openEnumeration,
  optionalEnumeration,
  readText,
  repeated,
  string,
  uint32,
} from "../../proto/mod.ts";

const Inner = message("Inner", { a: int32(1), b: int32(2), list: repeated(int32(3)) });
const Message = message("Message", {
  text: string(1, ""),
  texts: repeated(string(2)),
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
  flags: repeated(bool(14)),
  method: enumeration(15, { MAX: 0, AVE: 1 }, "MAX"),
  methods: repeated(enumeration(16, { MAX: 0, AVE: 1 }, "MAX")),
  phase: optionalEnumeration(17, { TRAIN: 0, TEST: 1 }),
  kind: openEnumeration(18, { OLD: 3 }, "NONE"),
  inner: nested(19, Inner),
  inners: repeated(nested(20, Inner)),
  later: open(21),
});

const parse = (text: string) => readText(new TextEncoder().encode(text), "net.prototxt");
const read = (text: string) => parse(text).read(Message);

/** The message of an error after its position, or "accepted". */
function refusal(text: string): string {
  try {
    read(text);
  } catch (error) {
    assert.ok(error instanceof SyntaxError, String(error));
    assert.match(error.message, /^Cannot read net\.prototxt:\d+:\d+: /);
    return error.message.replace("Cannot read net.prototxt:", "");
  }
  return "accepted";
}

Deno.test("text: absent fields have their defaults", () => {
  const value = read("");
  assert.equal(value.text, "");
  assert.equal(value.int, undefined);
  assert.deepEqual(value.ints, []);
  assert.equal(value.many.length, 0);
  assert.equal(value.method, "MAX");
  assert.equal(value.phase, undefined);
  assert.equal(value.inner, undefined);
});

Deno.test("text: strings have either quote and all escapes, and adjacent ones are joined", () => {
  const cases: readonly (readonly [string, string])[] = [
    [`"plain"`, "plain"],
    [`'single "inside"'`, 'single "inside"'],
    [String.raw`'it\'s' " \"two\""`, `it's "two"`],
    [String.raw`"\a\b\t\n\v\f\r\?\\"`, "\x07\b\t\n\v\f\r?\\"],
    [String.raw`"\x41\x4a\101\60\0z"`, "AJA0\0z"],
    [String.raw`"\u00e9\U0001f600"`, "é😀"],
    [String.raw`"\ud83d\uDE00"`, "😀"],
    [`"é 漢字"`, "é 漢字"],
    [`"a" # between\n 'b'\n"c"`, "abc"],
    [`""`, ""],
    [`"# no comment { }"`, "# no comment { }"],
  ];
  for (const [written, expected] of cases) {
    assert.equal(read(`text: ${written}`).text, expected, written);
  }
});

Deno.test("text: bytes are read without decoding UTF-8", () => {
  assert.deepEqual(
    [...read(String.raw`raw: "\xff\0\377a"`).raw!],
    [0xff, 0, 0xff, 0x61],
  );
});

Deno.test("text: integers are decimal, octal or hexadecimal", () => {
  const { ints } = read("ints: [1, 0x10, 010, -5, - 6, 0, -0x7F]");
  assert.deepEqual(ints, [1, 16, 8, -5, -6, 0, -127]);
  assert.equal(read("long: -9007199254740991").long, -9007199254740991);
  assert.equal(read("uint: 4294967295").uint, 4294967295);
  assert.equal(read("int: -2147483648").int, -2147483648);
});

Deno.test("text: integers out of range are refused", () => {
  assert.match(refusal("uint: -1"), /^1:7: Message.uint must be between 0 and 4294967295, not -1/);
  assert.match(refusal("uint: 4294967296"), /must be between/);
  assert.match(refusal("int: 2147483648"), /must be between/);
  assert.match(refusal("long: 9007199254740993"), /must be between/);
  assert.match(refusal("int: 1.5"), /must be an integer, not 1.5/);
  assert.match(refusal("int: 09"), /must be an integer/);
  assert.match(refusal("int: abc"), /must be an integer/);
  assert.match(refusal(`int: "1"`), /must be an integer/);
});

Deno.test("text: floats are read in all forms of C++ literals and words", () => {
  const { reals } = read("reals: [1., .5e+1, 2f, 1.5F, 3, -1.5E-1, 1e3, - .25, 1e-2f]");
  assert.deepEqual(reals, [1, 5, 2, 1.5, 3, Math.fround(-0.15), 1000, -0.25, Math.fround(0.01)]);
  const special = read("reals: inf reals: -inf reals: nan reals: Infinity reals: -nan reals: -0");
  assert.deepEqual(special.reals, [Infinity, -Infinity, NaN, Infinity, NaN, -0]);
  assert.equal(read("real: 0.1").real, Math.fround(0.1));
  assert.equal(read("precise: 0.1").precise, 0.1);
  assert.match(refusal("real: true"), /must be a number/);
  for (const word of ["f", "-F", "e5", "_"]) {
    assert.match(refusal(`real: ${word}`), /must be a number/);
  }
  for (const word of ["0xf", "-0xf", "010", "- 0x1F", "00"]) {
    assert.match(refusal(`real: ${word}`), /Message.real must be a decimal number, not /, word);
  }
  assert.equal(
    refusal("reals: 1 reals: -0xf"),
    "1:17: Message.reals must be a decimal number, not -0xf",
  );
  assert.match(refusal("real: 1.2.3"), /"1.2.3" is not a number/);
  assert.match(refusal("real: 1e"), /is not a number/);
  assert.match(refusal("real: 12abc"), /is not a number/);
  for (const word of ["f", "e5"]) assert.match(refusal(`real: ${word}`), /must be a number/);
});

Deno.test("text: arrays of numbers are read from lists and single values", () => {
  const { many, manyPrecise } = read("many: 1 many: [2, 3] manyPrecise: 0.1 many: 4");
  assert.deepEqual(many, new Float32Array([1, 2, 3, 4]));
  assert.deepEqual(manyPrecise, new Float64Array([0.1]));
  const unusual = "- 0.25, -0, 2f, 1e23, 0.12345678901234567890, nan, -inf, 0, .5e-1";
  assert.deepEqual(
    read(`manyPrecise: [${unusual}]`).manyPrecise,
    new Float64Array([-0.25, -0, 2, 1e23, 0.12345678901234567890, NaN, -Infinity, 0, 0.05]),
  );
  for (const word of ["010", "-0xf", "00"]) {
    assert.match(refusal(`many: ${word}`), /Message.many must be a decimal number, not /, word);
  }
});

Deno.test("text: booleans are read as words, letters and digits", () => {
  const { flags } = read("flags: [true, True, t, 1, false, False, f, 0]");
  assert.deepEqual(flags, [true, true, true, true, false, false, false, false]);
  assert.deepEqual(read("flags: [01, 0x1, 00, 0X0]").flags, [true, true, false, false]);
  assert.match(refusal("flag: yes"), /^1:7: Message.flag must be true or false, not yes/);
  for (const word of ["2", "10", "0x10", "-1"]) {
    assert.match(refusal(`flag: ${word}`), /must be true or false/, word);
  }
});

Deno.test("text: enums are read by name and by number", () => {
  assert.deepEqual(read("methods: [AVE, 0, 1, MAX]").methods, ["AVE", "MAX", "AVE", "MAX"]);
  assert.deepEqual(read("methods: [0x1, 00, 01]").methods, ["AVE", "MAX", "AVE"]);
  assert.equal(read("phase: 0").phase, "TRAIN");
  assert.deepEqual(
    ["OLD", "3", "UPSAMPLE", "77"].map((kind) => read(`kind: ${kind}`).kind),
    ["OLD", "OLD", "UPSAMPLE", "77"],
  );
  assert.equal(
    refusal("method: AVG"),
    '1:9: Message.method has no value AVG (did you mean "AVE"?)',
  );
  assert.equal(
    refusal("method: 7"),
    "1:9: Message.method has no value 7: it is one of MAX, AVE",
  );
  assert.match(refusal("method: constructor"), /has no value constructor/);
});

Deno.test("text: quoted identifiers are refused", () => {
  assert.equal(
    refusal('method: "MAX"'),
    '1:9: Message.method must be MAX without quotes, not "MAX"',
  );
  assert.match(refusal(`kind: 'old'`), /Message.kind must be OLD without quotes, not 'old'$/);
  assert.match(refusal('kind: "mine"'), /Message.kind must be a word without quotes, not "mine"$/);
});

Deno.test("text: messages are in braces or angles, with or without a colon, and in lists", () => {
  for (const inner of ["inner { a: 1 }", "inner: { a: 1 }", "inner < a: 1 >", "inner: <a:1>"]) {
    assert.equal(read(inner).inner!.a, 1, inner);
  }
  for (const list of ["inners: [{ a: 1 }, < a: 2 >]", "inners [{a: 1}, {a: 2}]"]) {
    assert.deepEqual(read(list).inners.map(({ a }) => a), [1, 2], list);
  }
  assert.deepEqual(read("inners: []").inners, []);
});

Deno.test("text: separators, comments, white space and a byte order mark are skipped", () => {
  const value = read(`# first
    int: 1; uint: 2, # at the end of a line
    inner { a: 1, b: 2; },
    #text: "hidden"
    inners {};inners{}#last`);
  assert.deepEqual([value.int, value.uint, value.inner!.b, value.text], [1, 2, 2, ""]);
  assert.equal(value.inners.length, 2);
  assert.equal(read("\r\n\tint\r\n:\v\f 5").int, 5);
  assert.equal(read("\ufeffint: 5").int, 5);
});

Deno.test("text: a repeated singular field is refused", () => {
  const cases = [
    ["int: 1\nint: 2", "2:6: Message.int"],
    ["uint: [1, 2]", "1:11: Message.uint"],
    ["inner { a: 1 }\n  inner { b: 2 }", "2:3: Message.inner"],
    ["inner { a: 1 b: 1 a: 1 }", "1:22: Inner.a"],
  ] as const;
  for (const [text, where] of cases) {
    assert.throws(() => read(text), {
      name: "SyntaxError",
      message: `Cannot read net.prototxt:${where} is given twice, but may have only one value`,
    });
  }
});

Deno.test("text: a value other than the only supported one is refused", () => {
  const Fork = message("Fork", onlyWith({ gap: 1, odd: false, kind: "0" }));
  const given = (text: string) => () => parse(text).read(Fork);
  assert.deepEqual(given("gap: 1 gap: 1 odd: false kind: 0")(), {
    gap: [1, 1],
    odd: [false],
    kind: ["0"],
  });
  const cases = [
    ["gap: 1 gap: 2", "13: Fork.gap is 2, but only 1"],
    ["odd: true", "6: Fork.odd is true, but only false"],
    ["kind: SAME", "7: Fork.kind is SAME, but only 0"],
  ] as const;
  for (const [text, problem] of cases) {
    assert.throws(given(text), {
      name: "SyntaxError",
      message: `Cannot read net.prototxt:1:${problem} is supported`,
    });
  }
});

Deno.test("text: fields after one that cannot be decoded are checked for unknown names", () => {
  const message = parse("int: x uint: 1 intt: 2");
  assert.throws(() => message.read(Message), { message: /Message.int must be an integer/ });
  assert.deepEqual(message.unread().map(({ name }) => name), ["intt"]);
});

Deno.test("text: extensions are skipped", () => {
  assert.equal(read("[caffe.extra]: 5 [a.b/c] { x: 1 } int: 2").int, 2);
});

Deno.test("text: errors have a position", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["int: 1\n  inner {", '2:10: expected a field or "}", but found the end of the file'],
    ["inner { a: 1 >", '1:14: expected a field or "}", but found ">"'],
    ["int 5", '1:5: expected ":" or "{", but found "5"'],
    ["int:", "1:5: expected a value, but found the end of the file"],
    ["int: }", '1:6: expected a value, but found "}"'],
    ["ints: [1 2]", '1:10: expected "," or "]", but found "2"'],
    ['text: "abc', "1:7: the string that starts here has no closing quote on its line"],
    ['text: "a\nb"', "1:7: the string that starts here has no closing quote on its line"],
    [String.raw`text: "\q"`, String.raw`1:8: "\q" does not start an escape`],
    [String.raw`text: "\u12"`, String.raw`1:8: "\u" does not start an escape`],
    ["text: name", "1:7: Message.text must be a string in quotes, not name"],
    ["inner: 5", "1:8: Message.inner is a message, not a single value"],
    ["int { }", "1:1: Message.int is a value, not a message"],
    ["[", '1:1: expected the name of an extension and "]"'],
    ["int: 1 \u0001", "1:8: expected a field, but found byte 0x01"],
    ["int: 1 \ufeff", "1:8: expected a field, but found U+FEFF"],
    [
      "int:\u00a01",
      "1:5: expected a value, but found U+00A0, the no-break space of a web page; replace it by a space",
    ],
  ];
  for (const [text, problem] of cases) assert.equal(refusal(text), problem, text);
});

Deno.test("text: nesting is limited, and does not overflow the stack", () => {
  const nest = (depth: number) => "x {".repeat(depth) + "}".repeat(depth);
  assert.equal(refusal(nest(100)), "accepted");
  assert.match(refusal(nest(101)), /more than 100 nested messages/);
  assert.match(refusal("x {".repeat(1e6)), /more than 100 nested messages/);
  assert.match(refusal("x [".repeat(1e6)), /expected/);
});
