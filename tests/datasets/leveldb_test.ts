import assert from "node:assert/strict";
import { Parts } from "../../lib/datasets/entries.ts";
import { compareKeys } from "../../lib/datasets/leveldb/compare_keys.ts";
import { LevelDb } from "../../lib/datasets/leveldb/mod.ts";
import { unsnap } from "../../lib/datasets/leveldb/snappy.ts";
import { filesOf, keys, partsOf, withDamage } from "./fixtures.ts";

type Files = Readonly<Record<string, Uint8Array>>;

const files = filesOf("leveldb");
const read = (files: Files) => {
  const open = (name: string) => partsOf(files[name]!);
  return [...new LevelDb({ name: "db", files: new Set(Object.keys(files)), open })];
};

Deno.test("a LevelDB is read in the order of its keys, with the newest value of each", () => {
  const entries = read(files);
  assert.deepEqual(entries.map(({ key }) => new TextDecoder().decode(key)), keys);
  // The older version in the table was blank.
  assert.ok(entries[2]!.value.some((byte) => byte > 200));
});

Deno.test("a key comes before the longer ones that begin with it", () => {
  const keys = ["", "a", "aa", "ab", "b"];
  const signs = (of: string) =>
    keys.map((key) => {
      const [a, b] = [of, key].map((text) => new TextEncoder().encode(text));
      return Math.sign(compareKeys(a!, b!));
    });
  assert.deepEqual(signs("aa"), [1, 1, 0, -1, -1]);
  assert.deepEqual(signs(""), [0, -1, -1, -1, -1]);
});

Deno.test("missing files of a LevelDB, and keys in another order, are refused", () => {
  const { "000005.ldb": table, ...others } = files;
  assert.throws(() => read(others), { message: 'Cannot read db: its file "5.ldb" is missing' });
  assert.deepEqual(read({ ...others, "000005.sst": table! }), read(files));
  const current = new TextEncoder().encode("../secret\n");
  assert.throws(() => read({ ...files, CURRENT: current }), {
    message: 'Cannot read db: its file "../secret" is missing',
  });
  const manifest = files["MANIFEST-000006"]!;
  const at = new TextDecoder("latin1").decode(manifest).indexOf("leveldb.");
  assert.throws(() => read({ ...files, "MANIFEST-000006": manifest.with(at, 88) }), {
    message: "Cannot read db/MANIFEST-000006: its keys are in an order of their own, " +
      '"Xeveldb.BytewiseComparator"',
  });
});

Deno.test("a record at the end of a log that was not written completely is left out", () => {
  const log = files["000010.log"]!;
  const cut = read({ ...files, "000010.log": log.subarray(0, -10) });
  assert.deepEqual(
    cut.map(({ key }) => new TextDecoder().decode(key)).slice(0, 2),
    keys.slice(0, 2),
  );
  assert.ok(cut.length > 9);
});

for (const name of Object.keys(files)) {
  Deno.test(`a LevelDB with a damaged ${name} is read or refused, in bounded time`, () => {
    withDamage(files[name]!, (damaged) => {
      try {
        assert.ok(read({ ...files, [name]: damaged }).length < 5000);
      } catch (error) {
        assert.match((error as Error).message, /^Cannot read db(\/\S+)?: i/);
      }
    });
  });
}

Deno.test("Snappy's literals and copies of all kinds are decompressed", () => {
  const file = new Parts(partsOf(new Uint8Array(0)), "x");
  const text = (...bytes: number[]) =>
    new TextDecoder().decode(unsnap(Uint8Array.from(bytes), file));
  const [a, b, c] = [97, 98, 99];
  assert.equal(text(3, 2 << 2, a, b, c), "abc");
  assert.equal(text(3, 60 << 2, 2, a, b, c), "abc");
  assert.equal(text(3, 61 << 2, 2, 0, a, b, c), "abc");
  assert.equal(text(7, 2 << 2, a, b, c, 1, 3), "abcabca");
  assert.equal(text(8, 2 << 2, a, b, c, 4 << 2 | 2, 1, 0), "abcccccc");
  assert.equal(text(8, 2 << 2, a, b, c, 4 << 2 | 3, 2, 0, 0, 0), "abcbcbcb");
  const refused = [[4, 2 << 2, a, b, c], [2, 2 << 2, a, b, c], [9, 1, 3], [3, 2 << 2, a], [255]];
  for (const bytes of refused) {
    assert.throws(() => text(...bytes), { message: "Cannot read x: it is damaged" });
  }
});
