/**
 * CRC-32, the checksum of the members of a zip.
 *
 * Eight bytes are taken at a time, read as two little-endian words: every platform that runs
 * WebGPU is little-endian.
 *
 * @see https://create.stephanbrumme.com/crc32/ for slicing-by-8
 *
 * @module
 */

/** The remainders of the 256 bytes, then of each byte followed by one zero, by two, by seven. */
const [t0, t1, t2, t3, t4, t5, t6, t7] = remainders() as Eight;

type Table = Int32Array<ArrayBuffer>;
type Eight = [Table, Table, Table, Table, Table, Table, Table, Table];

/**
 * The checksum of some bytes.
 *
 * @param before The checksum of the bytes before them, where they continue a longer row.
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  const start = Math.min(bytes.length, -bytes.byteOffset & 3);
  const pairs = (bytes.length - start) >>> 3;
  let crc = oneByOne(~before, bytes.subarray(0, start));
  if (pairs > 0) {
    crc = eightByEight(crc, new Int32Array(bytes.buffer, bytes.byteOffset + start, pairs * 2));
  }
  return ~oneByOne(crc, bytes.subarray(start + pairs * 8)) >>> 0;
}

function oneByOne(crc: number, bytes: Uint8Array): number {
  for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ t0[(crc ^ bytes[i]!) & 255]!;
  return crc;
}

function eightByEight(crc: number, words: Int32Array): number {
  for (let i = 0; i < words.length; i += 2) {
    const x = crc ^ words[i]!;
    const y = words[i + 1]!;
    // What waits for the checksum so far comes last.
    crc = t3[y & 255]! ^ t2[(y >>> 8) & 255]! ^ t1[(y >>> 16) & 255]! ^ t0[y >>> 24]! ^
      (t7[x & 255]! ^ t6[(x >>> 8) & 255]! ^ (t5[(x >>> 16) & 255]! ^ t4[x >>> 24]!));
  }
  return crc;
}

function remainders(): Table[] {
  const first = Int32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    return crc;
  });
  const tables = [first];
  while (tables.length < 8) {
    tables.push(tables.at(-1)!.map((crc) => (crc >>> 8) ^ first[crc & 255]!));
  }
  return tables;
}
