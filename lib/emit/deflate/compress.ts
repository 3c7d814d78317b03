/**
 * Chooses the compression of a zip's members: none where it gains little, because stored bytes can
 * be used in place; Huffman coding, which suits learned weights; or LZ77 with Huffman coding.
 *
 * @module
 */
import { Deflate, deflateSync } from "fflate";
import { type Compressor, deflateByHuffman, leastSize } from "./huffman.ts";

/** How bytes are compressed. */
export type Compression = "none" | "huffman" | "search";

/**
 * The largest compressed share that pays: inflating at 200 MB/s, a smaller gain only helps
 * downloads slower than 25 MB/s.
 */
const worthwhile = 0.875;
const level = 6;
/** LZ77 takes ten times as long: of many bytes, its output must be this much smaller. */
const searchGain = 0.95;
const manyBytes = 1 << 22;
/** Huffman codes exceed the entropy by about this factor … */
const withWholeBits = 1.005;
/** … plus this many bytes for the code lengths. */
const codeTable = 90;

/** The best compression for a number of bytes, judged by samples. */
export function chooseCompression(samples: Uint8Array, size: number): Compression {
  const limit = worthwhile * samples.length;
  const huffman = leastSize(samples) * withWholeBits;
  const search = deflateSync(samples, { level }).length;
  if (Math.min(huffman, search) > limit) return "none";
  return search < huffman * (size < manyBytes ? 1 : searchGain) ? "search" : "huffman";
}

/** Up to this size, bytes are not compressed: an array of 32 numbers and its header. */
const tooFew = 256;
/** In fewer bytes, symbols are too rare for codes of their own. */
const tooFewForCodes = 2048;

/** The deflate stream of a short array, if it pays. */
export function compressFew(bytes: Uint8Array): readonly Uint8Array[] | undefined {
  if (bytes.length <= tooFew) return undefined;
  const searched = deflateSync(bytes, { level });
  const coded = bytes.length < tooFewForCodes
    ? Infinity
    : leastSize(bytes) * withWholeBits + codeTable;
  if (Math.min(coded, searched.length) > worthwhile * bytes.length) return undefined;
  return coded < searched.length ? [...deflateByHuffman([bytes])] : [searched];
}

/** Compresses pieces. */
export function* compress(
  pieces: Iterable<Uint8Array>,
  how: Compression,
  byHuffman: Compressor = deflateByHuffman,
): Generator<Uint8Array> {
  if (how === "none") yield* pieces;
  else if (how === "huffman") yield* byHuffman(pieces);
  else {
    const output: Uint8Array[] = [];
    const deflate = new Deflate({ level }, (chunk) => output.push(chunk));
    for (const piece of pieces) {
      deflate.push(piece);
      yield* output.splice(0);
    }
    deflate.push(new Uint8Array(0), true);
    yield* output;
  }
}
