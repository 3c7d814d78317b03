/**
 * Deflate with Huffman coding alone, without LZ77: learned weights have no repetitions, so that
 * this takes a fraction of the time, and less space too, because chance matches cost more than they
 * save.
 *
 * @see https://www.rfc-editor.org/rfc/rfc1951
 *
 * @module
 */

/** The symbol after the last byte of a block. */
const endOfBlock = 256;
const longestCode = 15;
/** The limit of the code length code. */
const longestLengthCode = 7;
/** The order in which its lengths are written. */
const lengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
/** The largest stored block, for bytes that codes would not shorten. */
const largestPlain = 0xffff;

/** The frequency of each byte. */
function histogramOf(bytes: Uint8Array): Uint32Array {
  const counts = new Uint32Array(256);
  for (let i = 0; i < bytes.length; i++) counts[bytes[i]!]!++;
  return counts;
}

/** A lower bound of the Huffman-coded size in bytes: the entropy, but at least one bit per byte. */
export function leastSize(bytes: Uint8Array): number {
  const counts = histogramOf(bytes), highest = Math.max(...counts);
  // A byte this frequent takes a one-bit code, and all others one bit more than among themselves.
  const frequent = highest > 0.4 * bytes.length ? counts.indexOf(highest) : -1;
  const others = frequent < 0 ? bytes.length : bytes.length - highest;
  const bits = (count: number, symbol: number) =>
    count === 0 || symbol === frequent ? 0 : count * Math.log2(others / count);
  const entropy = counts.reduce((sum, count, symbol) => sum + bits(count, symbol), 0);
  return (entropy + (frequent < 0 ? 0 : bytes.length)) / 8;
}

/** A deflate stream with one block per piece. */
export function* deflateByHuffman(pieces: Iterable<Uint8Array>): Generator<Uint8Array> {
  const writer = new BitWriter();
  for (const piece of pieces) {
    writer.start(piece.length);
    writeBlock(writer, piece);
    yield writer.take();
  }
  writer.start(0);
  // The last block is an empty one with fixed codes.
  writer.write(0b011, 3);
  writer.write(0, 7);
  writer.align();
  yield writer.take();
}

function writeBlock(writer: BitWriter, bytes: Uint8Array): void {
  const counts = new Uint32Array(endOfBlock + 1);
  counts.set(histogramOf(bytes));
  counts[endOfBlock] = 1;
  const lengths = codeLengths(counts, longestCode);
  const bits = counts.reduce((sum, count, symbol) => sum + count * lengths[symbol]!, 0);
  // No distance is used, but some decoders expect two distance codes.
  const allLengths = [...lengths, 1, 1];
  const lengthCounts = new Uint32Array(lengthOrder.length);
  for (const length of allLengths) lengthCounts[length]!++;
  const lengthLengths = codeLengths(lengthCounts, longestLengthCode);
  const head = 14 + 3 * lengthOrder.length +
    lengthCounts.reduce((sum, count, length) => sum + count * lengthLengths[length]!, 0);
  if (bits + head >= 8 * bytes.length) return writePlain(writer, bytes);
  writer.write(0b100, 3);
  writer.write(0, 5);
  writer.write(1, 5);
  writer.write(lengthOrder.length - 4, 4);
  for (const length of lengthOrder) writer.write(lengthLengths[length]!, 3);
  const lengthCodes = codesOf(lengthLengths);
  for (const length of allLengths) writer.write(lengthCodes[length]!, lengthLengths[length]!);
  const codes = codesOf(lengths);
  writer.writeAll(bytes, codes, lengths);
  writer.write(codes[endOfBlock]!, lengths[endOfBlock]!);
}

function writePlain(writer: BitWriter, bytes: Uint8Array): void {
  for (let start = 0; start < bytes.length; start += largestPlain) {
    const part = bytes.subarray(start, start + largestPlain);
    writer.write(0, 3);
    writer.align();
    writer.write(part.length, 16);
    writer.write(part.length ^ 0xffff, 16);
    writer.append(part);
  }
}

/** A symbol, or a pair of packages, in package-merge. */
interface Package {
  readonly count: number;
  readonly symbol?: number;
  readonly pair?: readonly [Package, Package];
}

/**
 * Optimal code lengths up to a limit, by package-merge.
 *
 * @see https://doi.org/10.1145/79147.79150
 */
function codeLengths(counts: Uint32Array, limit: number): Uint8Array {
  const lengths = new Uint8Array(counts.length);
  const symbols: Package[] = [];
  counts.forEach((count, symbol) => count > 0 && symbols.push({ count, symbol }));
  // A code has at least one bit, and a set of codes two of them.
  for (let symbol = 0; symbols.length < 2; symbol++) {
    if (counts[symbol] === 0) symbols.push({ count: 0, symbol });
  }
  symbols.sort((a, b) => a.count - b.count);
  let packages = symbols;
  for (let level = 1; level < limit; level++) {
    const pairs: Package[] = [];
    for (let i = 0; i + 1 < packages.length; i += 2) {
      const [a, b] = [packages[i]!, packages[i + 1]!];
      pairs.push({ count: a.count + b.count, pair: [a, b] });
    }
    packages = merge(symbols, pairs);
  }
  const lengthen = ({ symbol, pair }: Package): void => {
    if (symbol !== undefined) lengths[symbol]!++;
    else pair!.forEach(lengthen);
  };
  packages.slice(0, 2 * symbols.length - 2).forEach(lengthen);
  return lengths;
}

function merge(a: readonly Package[], b: readonly Package[]): Package[] {
  const merged: Package[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    const takesA = j === b.length || (i < a.length && a[i]!.count <= b[j]!.count);
    merged.push(takesA ? a[i++]! : b[j++]!);
  }
  return merged;
}

/** The canonical codes of given lengths, bit-reversed: deflate writes the first bit lowest. */
function codesOf(lengths: Uint8Array): Uint16Array {
  const codes = new Uint16Array(lengths.length);
  let next = 0;
  for (let length = 1; length <= longestCode; length++, next <<= 1) {
    for (let symbol = 0; symbol < lengths.length; symbol++) {
      if (lengths[symbol] === length) codes[symbol] = reverse(next++, length);
    }
  }
  return codes;
}

function reverse(code: number, length: number): number {
  let reversed = 0;
  for (let i = 0; i < length; i++) reversed |= (code >> i & 1) << (length - 1 - i);
  return reversed;
}

/** Writes bit fields, the lowest bit first. */
class BitWriter {
  #bytes = new Uint8Array(0);
  #length = 0;
  /** The pending bits, and their number. */
  #bits = 0;
  #used = 0;

  /** Reserves room for a block, which is hardly longer than its bytes. */
  start(bytes: number): void {
    this.#bytes = new Uint8Array(bytes + 1024 + 8 * Math.ceil(bytes / largestPlain));
    this.#length = 0;
  }

  /** The completed bytes. */
  take(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Writes the lowest `count` bits of a number, at most 16. */
  write(bits: number, count: number): void {
    this.#bits |= bits << this.#used;
    for (this.#used += count; this.#used >= 8; this.#used -= 8, this.#bits >>>= 8) {
      this.#bytes[this.#length++] = this.#bits;
    }
  }

  /** Writes the codes of bytes. */
  writeAll(bytes: Uint8Array, codes: Uint16Array, lengths: Uint8Array): void {
    const out = this.#bytes;
    let length = this.#length, bits = this.#bits, used = this.#used;
    const table = Uint32Array.from(codes, (code, symbol) => code | lengths[symbol]! << 16);
    for (let i = 0; i < bytes.length; i++) {
      const entry = table[bytes[i]!]!;
      bits |= (entry & 0xffff) << used;
      used += entry >>> 16;
      out[length] = bits;
      out[length + 1] = bits >>> 8;
      // Branchless, because the branch would be unpredictable.
      length += used >>> 3 & 2;
      bits >>>= used & 16;
      used &= 15;
    }
    this.#length = length;
    this.#bits = bits;
    this.#used = used;
    this.write(0, 0);
  }

  /** Fills the last byte with zeros. */
  align(): void {
    if (this.#used > 0) this.write(0, 8 - this.#used);
  }

  /** Appends bytes; the bits must be aligned. */
  append(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }
}
