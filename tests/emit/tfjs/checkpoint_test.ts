/** Checkpoints, and the sorted table of their index. */
import assert from "node:assert/strict";
import { writeCheckpoint } from "../../../lib/emit/tfjs/saved_model/checkpoint.ts";
import { crc32c } from "../../../lib/emit/tfjs/saved_model/crc32c.ts";
import type { TfValue } from "../../../lib/emit/tfjs/node.ts";
import { sortedTable } from "../../../lib/emit/tfjs/saved_model/sorted_table.ts";
import { join } from "../../join.ts";

const utf8 = new TextEncoder();

Deno.test("crc32c() returns the standard's values, also for bytes in parts", () => {
  // The examples of RFC 3720.
  assert.equal(crc32c(utf8.encode("123456789")), 0xe3069283);
  assert.equal(crc32c(new Uint8Array(32)), 0x8a9136aa);
  assert.equal(crc32c(new Uint8Array(32).fill(0xff)), 0x62a8ab43);
  // Long enough to be folded.
  const long = Uint8Array.from({ length: 100_003 }, (_, i) => Math.imul(i, i) >>> 3);
  let cut = 0;
  for (let i = 0; i < long.length; i += 1000) cut = crc32c(long.subarray(i, i + 1000), cut);
  assert.equal(crc32c(long), cut);
});

/** The entries of a block whose entries have no common prefixes. */
function entriesOf(block: DataView): [key: string, value: Uint8Array][] {
  const entries: [string, Uint8Array][] = [];
  const restarts = block.getUint32(block.byteLength - 4, true);
  for (let i = 0; i < restarts; i++) {
    let at = block.getUint32(block.byteLength - 4 * (restarts + 1 - i), true);
    if (at === block.byteLength - 4 * (restarts + 1)) continue;
    const varint = () => {
      for (let value = 0, shift = 0;; shift += 7) {
        const byte = block.getUint8(at++);
        value |= (byte & 127) << shift;
        if (byte < 128) return value;
      }
    };
    assert.equal(varint(), 0);
    const [keyLength, valueLength] = [varint(), varint()];
    const take = (length: number) => {
      const start = block.byteOffset + at;
      at += length;
      return new Uint8Array(block.buffer, start, length);
    };
    entries.push([new TextDecoder().decode(take(keyLength)), take(valueLength)]);
  }
  return entries;
}

/** The offset and length in a block's handle, each less than 2 ** 14, and the bytes after it. */
function handleAt(bytes: Uint8Array): [start: number, length: number, rest: Uint8Array] {
  const numbers: number[] = [];
  let at = 0;
  while (numbers.length < 2) {
    const low = bytes[at++]!;
    numbers.push(low < 128 ? low : low - 128 + 128 * bytes[at++]!);
  }
  return [numbers[0]!, numbers[1]!, bytes.subarray(at)];
}

/** The entries of a sorted table with one data block, whose checksums are asserted. */
function tableEntries(table: Uint8Array): [key: string, value: Uint8Array][] {
  const view = new DataView(table.buffer);
  assert.equal(view.getBigUint64(table.length - 8, true), 0xdb4775248b80fb57n);
  const block = (start: number, length: number) => {
    const crc = crc32c(table.subarray(start, start + length + 1));
    const rotated = ((crc >>> 15 | crc << 17) + 0xa282ead8) >>> 0;
    assert.equal(view.getUint32(start + length + 1, true), rotated);
    return new DataView(table.buffer, start, length);
  };
  const [metaStart, metaLength, rest] = handleAt(table.subarray(-48));
  assert.deepEqual(entriesOf(block(metaStart, metaLength)), []);
  const [indexStart, indexLength] = handleAt(rest);
  const [[last, handle]] = entriesOf(block(indexStart, indexLength)) as [[string, Uint8Array]];
  const [dataStart, dataLength] = handleAt(handle);
  const entries = entriesOf(block(dataStart, dataLength));
  assert.equal(entries.at(-1)?.[0] ?? "", last);
  return entries;
}

Deno.test("a sorted table has its entries in the order of their bytes", () => {
  const words = ["b", "", "ab", "a", "é", "Z", "a/b".repeat(60)];
  const entries = words.map((word) => [utf8.encode(word), utf8.encode(word + "!")] as const);
  assert.deepEqual(
    tableEntries(sortedTable(entries)).map((
      [key, value],
    ) => [key, new TextDecoder().decode(value)]),
    ["", "Z", "a", "a/b".repeat(60), "ab", "b", "é"].map((word) => [word, word + "!"]),
  );
  assert.deepEqual(tableEntries(sortedTable([])), []);
});

Deno.test("a checkpoint has the variables' bytes, and an entry for each", () => {
  const value = (shape: readonly number[], data: Float32Array) =>
    ({ shape, data, type: "float" }) as unknown as TfValue;
  const files = writeCheckpoint(
    "variables/variables",
    new Map([
      ["b", value([2], Float32Array.of(1, 2))],
      ["a", value([1, 3], Float32Array.of(3, 4, 5))],
    ]),
  );
  const [data, index] = files.map(({ chunks }) => join([...chunks]));
  for (const [i, { chunks }] of files.entries()) {
    assert.deepEqual(join([...chunks]), [data, index][i], "the chunks can be read again");
  }
  assert.deepEqual(files.map(({ name }) => name), [
    "variables/variables.data-00000-of-00001",
    "variables/variables.index",
  ]);
  assert.deepEqual([...new Float32Array(data!.buffer)], [1, 2, 3, 4, 5]);
  const entries = tableEntries(index!);
  assert.deepEqual(entries.map(([key]) => key), ["", "a", "b"]);
  // float; the shape [1, 3]; 12 bytes from the eighth on; their checksum.
  const expected = [8, 1, 18, 8, 18, 2, 8, 1, 18, 2, 8, 3, 32, 8, 40, 12, 53];
  assert.deepEqual([...entries[1]![1].subarray(0, -4)], expected);
  assert.deepEqual(writeCheckpoint("variables", new Map()), []);
});
