import assert from "node:assert/strict";
import { Lmdb } from "../../lib/datasets/lmdb.ts";
import { filesOf, keys, partsOf, withDamage } from "./fixtures.ts";

const bytes = filesOf("lmdb")["data.mdb"]!;
const read = (bytes: Uint8Array) => [...new Lmdb(partsOf(bytes), "data.mdb")];

Deno.test("an LMDB is read in the order of its keys", () => {
  const entries = read(bytes);
  assert.equal(new Lmdb(partsOf(bytes), "data.mdb").count, 12);
  assert.deepEqual(entries.map(({ key }) => new TextDecoder().decode(key)), keys);
  // The last one is in pages of its own.
  assert.ok(entries.at(-1)!.value.length > 3 * 28 * 28);
});

/** The file as a 32-bit system would write it: page numbers and sizes have 4 bytes instead of 8. */
function narrow(bytes: Uint8Array): Uint8Array {
  const pageSize = 4096, narrowed = bytes.slice();
  for (let page = 0; page < bytes.length; page += pageSize) {
    const from = new DataView(bytes.buffer, bytes.byteOffset + page);
    const flags = from.getUint16(10, true), to = new DataView(narrowed.buffer, page);
    const rest = bytes.subarray(page + 8, page + pageSize);
    if ((flags & 8) !== 0) {
      // A meta page: its header, two numbers, an address, a size, two databases, two numbers.
      narrowed.set(rest.subarray(0, 16), page + 4);
      let at = 20;
      const word = (position: number) => {
        to.setUint32(at, from.getUint32(position, true), true);
        at += 4;
      };
      for (const position of [24, 32]) word(position);
      for (const database of [40, 88]) {
        narrowed.set(bytes.subarray(page + database, page + database + 8), page + at);
        at += 8;
        for (let i = 1; i <= 5; i++) word(database + 8 * i);
      }
      for (const position of [136, 144]) word(position);
    } else if ((flags & 4) !== 0) {
      // Pages of one value: the first says how many.
      const end = page + pageSize * from.getUint32(12, true);
      narrowed.set(bytes.subarray(page + 8, end), page + 4);
      page = end - pageSize;
    } else {
      const end = from.getUint16(12, true);
      narrowed.set(bytes.subarray(page + 8, page + end), page + 4);
      to.setUint16(8, end - 4, true);
      for (let at = 16; (flags & 2) !== 0 && at < end; at += 2) {
        const node = from.getUint16(at, true), value = node + 8 + from.getUint16(node + 6, true);
        if (from.getUint16(node + 4, true) === 1) to.setUint32(value + 4, 0xffffffff, true);
      }
    }
  }
  return narrowed;
}

Deno.test("an LMDB without entries has none", () => {
  const empty = bytes.slice();
  // The root of the tree, in both meta pages.
  for (const page of [0, 4096]) empty.fill(0xff, page + 128, page + 136);
  assert.deepEqual(read(empty), []);
  assert.deepEqual(read(narrow(empty)), []);
});

Deno.test("an LMDB of a 32-bit system is read", () => {
  const narrowed = narrow(bytes);
  assert.equal(new Lmdb(partsOf(narrowed), "data.mdb").count, 12);
  assert.deepEqual(read(narrowed), read(bytes));
});

Deno.test("what is no LMDB, or another kind of one, is refused", () => {
  const error = (bytes: Uint8Array) => {
    try {
      read(bytes);
    } catch (error) {
      return (error as Error).message.replace("Cannot read data.mdb: ", "");
    }
    return undefined;
  };
  assert.equal(error(new Uint8Array(10)), "it is damaged, or was cut off");
  assert.equal(error(new Uint8Array(4096)), "it is no LMDB");
  assert.equal(error(bytes.with(20, 2)), "it is of LMDB's format 2, and only 1 is read");
  assert.equal(error(bytes.subarray(0, 4096)), "it is damaged, or was cut off");
  assert.equal(error(bytes.subarray(0, bytes.length / 2)), "it is damaged, or was cut off");
});

Deno.test("a damaged LMDB is read or refused, in bounded time", () => {
  withDamage(bytes, (damaged) => {
    try {
      assert.ok(read(damaged).length < 5000);
    } catch (error) {
      assert.match((error as Error).message, /^Cannot read data\.mdb: it /);
    }
  });
});
