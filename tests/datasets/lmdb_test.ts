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
  assert.match(error(bytes.subarray(4, 4096))!, /^it is an LMDB of a 32-bit system/);
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
