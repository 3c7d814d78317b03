import assert from "node:assert/strict";
import { readZip } from "../../runtime/bundle/zip.ts";
import { crc32 } from "../../runtime/bundle/crc32.ts";
import { withGlobal } from "../globals.ts";
import { Random } from "../random.ts";
import {
  concat,
  deflate,
  type Directory,
  encode,
  fields,
  makeZip,
  type Member,
} from "./zip_cases.ts";

const hello = encode("hello");
const zeros = new Uint8Array(100_000);
const deflatedZeros = await deflate(zeros);
const deflated: Member = {
  name: "zeros",
  data: deflatedZeros,
  method: 8,
  crc: crc32(zeros),
  size: zeros.length,
};

async function readAll(bytes: Uint8Array<ArrayBuffer>): Promise<Map<string, Uint8Array>> {
  const zip = readZip(bytes);
  const members = new Map<string, Uint8Array>();
  for (const name of zip.names) members.set(name, await zip.get(name)!.read());
  return members;
}

Deno.test("crc32 returns its check value, and can be continued", () => {
  assert.equal(crc32(encode("123456789")), 0xcbf43926);
  const bytes = Uint8Array.from({ length: 100 }, (_, i) => i * 7);
  for (let cut = 0; cut <= 100; cut++) {
    assert.equal(crc32(bytes.subarray(cut), crc32(bytes.subarray(0, cut))), crc32(bytes));
  }
});

Deno.test("crc32 of many bytes equals that of their parts", () => {
  const bytes = Uint8Array.from({ length: 200_001 }, (_, i) => Math.imul(i, 2654435761) >>> 24);
  for (const length of [32_768, 60_736, 60_737, 65_535, 121_472, 200_000]) {
    for (const start of [0, 1]) {
      for (const before of [0, 0xffffffff]) {
        const all = bytes.subarray(start, start + length);
        let expected = before;
        for (let i = 0; i < length; i += 1000) {
          expected = crc32(all.subarray(i, i + 1000), expected);
        }
        assert.equal(crc32(all, before), expected, `${length} bytes from ${start} on`);
      }
    }
  }
});

Deno.test("the members of a zip are read, stored ones without a copy", async () => {
  const bytes = makeZip([{ name: "a/b.txt", data: hello }, deflated]);
  const zip = readZip(bytes);
  assert.deepEqual(zip.names, ["a/b.txt", "zeros"]);
  const stored = await zip.get("a/b.txt")!.read();
  assert.deepEqual(stored, hello);
  assert.equal(stored.buffer, bytes.buffer);
  assert.equal(zip.get("zeros")!.size, zeros.length);
  assert.deepEqual(await zip.get("zeros")!.read(), zeros);
  assert.equal(zip.get("constructor"), undefined);
});

Deno.test("a zip may start anywhere in a buffer, be empty, and have a comment", async () => {
  const bytes = makeZip([deflated], { comment: encode("PK\x05\x06 is how this ends") });
  const shifted = concat([new Uint8Array(3), bytes]).subarray(3);
  assert.deepEqual((await readAll(shifted)).get("zeros"), zeros);
  assert.deepEqual(readZip(makeZip([])).names, []);
});

Deno.test("names are keys and never paths", async () => {
  const names = ["../../etc/passwd", "/root", "C:\\x", "__proto__", "a\0b", "", "ünï", "x/"];
  const members = await readAll(makeZip(names.map((name) => ({ name, data: hello }))));
  assert.deepEqual([...members.keys()], names);
  assert.equal(({} as Record<string, unknown>)["hello"], undefined);
});

Deno.test("zip64 records are read", async () => {
  const big = 0xffffffff;
  const bytes = makeZip([{
    name: "a",
    data: hello,
    size: big,
    compressedSize: big,
    offset: big,
    centralExtra: fields([0x7777, 2], [1, 2], [0, 1], [1, 2], [24, 2], [5, 8], [5, 8], [0, 8]),
    localExtra: fields([1, 2], [16, 2], [5, 8], [5, 8]),
  }], { zip64: true });
  assert.deepEqual((await readAll(bytes)).get("a"), hello);
});

Deno.test("the sizes may follow the data", async () => {
  const local = { size: 0, compressedSize: 0, crc: 0, flags: 0x808 };
  const bytes = makeZip([{ ...deflated, local }]);
  assert.deepEqual((await readAll(bytes)).get("zeros"), zeros);
});

function refuses(what: string, message: RegExp, members: Member[], directory?: Directory): void {
  Deno.test(`a zip is refused ${what}`, async () => {
    await assert.rejects(readAll(makeZip(members, directory)), { name: "TypeError", message });
  });
}

const a: Member = { name: "a", data: hello };
refuses("with two members of one name", /^Cannot read the zip: member "a": it is there twice$/, [
  a,
  a,
]);
// The second member is inside the first one's data.
refuses("when members overlap", /member "inner": it overlaps member "outer"/, [
  { name: "outer", data: makeZip([{ name: "inner", data: hello }]) },
  { name: "inner", data: hello, offset: 35 },
]);
refuses("when encrypted", /encrypted/, [{ ...a, flags: 1 }]);
refuses("with another compression", /method 12/, [{ ...a, method: 12 }]);
refuses("when a name is not UTF-8", /record 0 .* not UTF-8/, [
  { ...a, name: Uint8Array.of(0xff, 0xfe) },
]);
refuses("when a local header has another name", /does not agree/, [{ ...a, local: { name: "b" } }]);
refuses("when a local header has another size", /does not agree/, [{ ...a, local: { size: 4 } }]);
refuses("when a local header has another method", /does not agree/, [{
  ...a,
  local: { method: 8 },
}]);
refuses("when a checksum is wrong", /member "a": its bytes do not match/, [{ ...a, crc: 1 }]);
refuses("when a stored member has two sizes", /claims both 6 and 5/, [{ ...a, size: 6 }]);
refuses("when a stored member runs into the directory", /run into the directory/, [
  { ...a, size: 500, compressedSize: 500 },
]);
refuses("when an offset is outside", /not where the directory says/, [{ ...a, offset: 1e9 }]);
refuses("when a size is impossible", /claims that \d+ bytes inflate to 4000000000/, [
  { ...deflated, size: 4e9 },
]);
refuses("when a member is longer than it claims", /more than the 99999 bytes/, [
  { ...deflated, size: zeros.length - 1 },
]);
refuses("when a member is shorter than it claims", /to 100000 bytes, not to the 100001/, [
  { ...deflated, size: zeros.length + 1 },
]);
refuses("when compressed bytes are damaged", /damaged/, [
  { ...deflated, data: new Uint8Array(deflatedZeros.length).fill(7) },
]);
refuses("when its zip64 field is missing", /zip64 field is missing/, [{ ...a, size: 0xffffffff }]);
refuses("when its zip64 field is cut off", /zip64 field is cut off/, [
  { ...a, size: 0xffffffff, centralExtra: fields([1, 2], [4, 2], [5, 4]) },
]);
refuses("when the directory is outside", /outside the file/, [a], { offset: 1e9 });
refuses("when the directory is longer", /outside the file/, [a], { size: 1e9 });
refuses("when the directory has fewer records", /has 1 records, but claims to have 2/, [a], {
  count: 2,
});
refuses("as one of several disks", /several disks/, [a], { disk: 1 });
refuses("as one of several disks, in zip64", /several disks/, [a], { zip64: true, disk64: 1 });
refuses("with a short message when a member has a long name", /^.{0,200}$/, [
  { ...a, name: "n".repeat(60_000), crc: 1 },
]);

Deno.test("a zip bomb is not inflated beyond the size in its directory", async () => {
  const bomb = await deflate(new Uint8Array(300e6));
  let inflated = 0;
  class Counting extends DecompressionStream {
    override readonly readable = super.readable.pipeThrough(
      new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
        transform(bytes, controller) {
          inflated += bytes.length;
          controller.enqueue(bytes);
        },
      }),
    );
  }
  await withGlobal("DecompressionStream", Counting, () =>
    assert.rejects(
      readAll(makeZip([{ ...deflated, data: bomb, size: 1000 }])),
      /more than the 1000 bytes/,
    ));
  assert.ok(inflated > 0 && inflated < 200e6, `${inflated} bytes are inflated`);
});

Deno.test("a zip cut off anywhere is refused", () => {
  const bytes = makeZip([a, deflated, { name: "b", data: hello }]);
  for (let length = 0; length < bytes.length; length++) {
    assert.throws(() => readZip(bytes.slice(0, length)), {
      name: "TypeError",
      message: /^Cannot read the zip: /,
    });
  }
});

Deno.test("a damaged zip is read, or refused with one clear error", async () => {
  const bytes = makeZip([a, deflated, { name: "b", data: hello }], { zip64: true });
  const keys = Object.getOwnPropertyNames(Object.prototype).length;
  const random = new Random(5);
  let refused = 0;
  for (let i = 0; i < 4000; i++) {
    const damaged = bytes.slice();
    for (let flips = random.below(3); flips >= 0; flips--) {
      damaged[random.below(bytes.length)]! ^= 1 << random.below(8);
    }
    try {
      const members = await readAll(damaged);
      assert.ok(members.size <= 3);
      for (const member of members.values()) assert.ok(member.length <= zeros.length);
    } catch (error) {
      assert.ok(error instanceof TypeError, String(error));
      assert.match(error.message, /^Cannot read the zip: [^\n]+$/);
      refused++;
    }
  }
  assert.ok(refused > 2000);
  assert.equal(Object.getOwnPropertyNames(Object.prototype).length, keys);
});
