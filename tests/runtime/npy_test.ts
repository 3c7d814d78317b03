import assert from "node:assert/strict";
import { writeNpy } from "../../lib/emit/npy.ts";
import { readNpy } from "../../runtime/bundle/npy.ts";

type Numbers = { readonly buffer: ArrayBuffer; readonly byteLength: number };

function npy(header: string, data: Numbers, version = 1): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(header);
  const start = version === 1 ? 10 : 12;
  const bytes = new Uint8Array(start + text.length + data.byteLength);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
  const view = new DataView(bytes.buffer);
  if (version === 1) view.setUint16(8, text.length, true);
  else view.setUint32(8, text.length, true);
  bytes.set(text, start);
  bytes.set(new Uint8Array(data.buffer), start + text.length);
  return bytes;
}

const header = (descr: string, shape: string, fortran = "False") =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`;

const kinds: [string, Numbers, number[]][] = [
  ["<f4", Float32Array.of(1.5, -0.1), [1.5, Math.fround(-0.1)]],
  ["<f2", Uint16Array.of(0x3e00, 0xae66), [1.5, -0.0999755859375]],
  ["<f8", Float64Array.of(1.5, -0.1), [1.5, Math.fround(-0.1)]],
  ["|i1", Int8Array.of(127, -128), [127, -128]],
  ["<i2", Int16Array.of(32767, -32768), [32767, -32768]],
  ["<i4", Int32Array.of(2147483647, -3), [2147483648, -3]],
  ["<i8", BigInt64Array.of(2n ** 40n, -3n), [2 ** 40, -3]],
  ["|u1", Uint8Array.of(255, 0), [255, 0]],
  ["<u2", Uint16Array.of(65535, 0), [65535, 0]],
  ["<u4", Uint32Array.of(4294967295, 3), [4294967296, 3]],
  ["<u8", BigUint64Array.of(2n ** 63n, 3n), [2 ** 63, 3]],
  ["|b1", Uint8Array.of(0, 255), [0, 1]],
];

for (const [descr, data, expected] of kinds) {
  Deno.test(`numbers of type ${descr} are converted to float32, for any alignment`, () => {
    for (let spaces = 0; spaces < 8; spaces++) {
      const bytes = npy(header(descr, "(2,)") + " ".repeat(spaces), data);
      const tensor = readNpy(bytes, "x");
      assert.deepEqual(tensor, { shape: [2], data: Float32Array.from(expected) });
    }
  });
}

Deno.test("aligned float32 is not copied", () => {
  const bytes = writeNpy({ shape: [2, 1], data: Float32Array.of(1, 2) });
  assert.equal(readNpy(bytes, "x").data.buffer, bytes.buffer);
});

Deno.test("a written array is read with the same shape and numbers", () => {
  for (const shape of [[], [0], [7], [2, 3], [1, 2, 3, 4, 1, 1, 1, 2]]) {
    const length = shape.reduce((a, b) => a * b, 1);
    const data = Float32Array.from({ length }, (_, i) => i / 8 - 1);
    assert.deepEqual(readNpy(writeNpy({ shape, data }), "x"), { shape, data });
  }
});

Deno.test("Fortran's order is converted to C's", () => {
  // Columns of [[0, 1, 2], [3, 4, 5]].
  const bytes = npy(header("|u1", "(2, 3)", "True"), Uint8Array.of(0, 3, 1, 4, 2, 5));
  assert.deepEqual([...readNpy(bytes, "x").data], [0, 1, 2, 3, 4, 5]);
  // Element (i, j, k) is 12 i + 4 j + k, and i runs fastest.
  const column = [0, 12, 4, 16, 8, 20];
  const cube = [0, 1, 2, 3].flatMap((k) => column.map((x) => x + k));
  const read = readNpy(
    npy(header("|u1", "(2, 3, 4)", "True"), Uint8Array.from(cube)),
    "x",
  );
  assert.deepEqual([...read.data], Array.from({ length: 24 }, (_, i) => i));
});

Deno.test("headers of versions 2 and 3, of Python 2 and with double quotes are read", () => {
  const data = Uint8Array.of(1, 2, 3, 4, 5, 6);
  assert.deepEqual(readNpy(npy(header("|u1", "(2, 3)"), data, 2), "x").shape, [2, 3]);
  assert.deepEqual(readNpy(npy(header("|u1", "(2,3)"), data, 3), "x").shape, [2, 3]);
  const old = `{"shape": (2L, 3L), "fortran_order": False, "descr": "|u1"}`;
  assert.deepEqual(readNpy(npy(old, data), "x").shape, [2, 3]);
});

const good = npy(header("|u1", "(2,)"), Uint8Array.of(1, 2));
const refusals: [string, Uint8Array, RegExp][] = [
  ["an empty file", new Uint8Array(0), /^Cannot read the array "x": it does not start with/],
  ["another file", new TextEncoder().encode("PK this is not an array"), /does not start with/],
  ["an unknown version", good.map((byte, i) => i === 6 ? 9 : byte), /version is 9.0/],
  ["a cut header", good.slice(0, 20), /cut off within its header/],
  ["missing data", good.slice(0, -1), /needs 2 bytes, but there are 1/],
  ["more data than its shape", npy(header("|u1", "(2,)"), new Uint8Array(3)), /needs 2 bytes/],
  ["a huge shape", npy(header("<f4", "(2147483647, 2147483647)"), good), /needs 18446744/],
  ["a huge extent", npy(header("<f4", "(99999999999,)"), good), /extent "99999999999"/],
  ["a negative extent", npy(header("<f4", "(-1,)"), good), /no string, truth value or shape/],
  ["too many axes", npy(header("<f4", `(${"1,".repeat(33)})`), good), /33 axes/],
  ["no number between commas", npy(header("<f4", "(1,,2)"), good), /extent ""/],
  ["a missing key", npy("{'descr': '<f4', 'shape': (1,)}", good), /must have "descr"/],
  ["a key twice", npy("{'descr': '<f4', 'descr': '<f4'}", good), /"descr" is repeated/],
  ["an unknown key", npy("{'__proto__': '<f4'}", good), /"__proto__" is repeated, unknown/],
  ["no dictionary", npy("import os", good), /not a dictionary/],
  ["a call", npy("{'descr': eval('1')}", good), /no string, truth value or shape/],
  ["big-endian numbers", npy(header(">f4", "(1,)"), good), /its numbers are ">f4"/],
  ["Python objects", npy(header("|O", "(1,)"), good), /its numbers are "\|O"/],
  ["a record", npy("{'descr': [('a', '<f4')], 'shape': ()}", good), /no string, truth value/],
];
for (const [what, bytes, message] of refusals) {
  Deno.test(`an array is refused: ${what}`, () => {
    assert.throws(() => readNpy(bytes, "x"), { name: "TypeError", message });
  });
}

Deno.test("a header claiming 4 GiB is refused before it is read", () => {
  const bytes = npy(header("|u1", "(2,)"), Uint8Array.of(1, 2), 2);
  new DataView(bytes.buffer).setUint32(8, 0xffffffff, true);
  assert.throws(() => readNpy(bytes, "x"), /claims 4294967295 bytes/);
});

Deno.test("a damaged array is read, or refused with a clear message", () => {
  const bytes = writeNpy({ shape: [2, 3], data: new Float32Array(6) });
  for (let i = 0; i < 128 * 8; i++) {
    const damaged = bytes.slice();
    damaged[i >> 3]! ^= 1 << (i & 7);
    try {
      assert.ok(readNpy(damaged, "x").data.length <= 24);
    } catch (error) {
      assert.match((error as TypeError).message, /^Cannot read the array "x": /);
    }
  }
});
