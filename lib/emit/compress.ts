/**
 * Chooses how the members of a zip are compressed: not at all where that gains little, because what
 * is stored can be used where it stands; by Huffman codes alone, as learned weights are best; or by
 * a search for repetitions.
 *
 * @module
 */
import { Deflate, deflateSync } from "fflate";
import { deflateByHuffman, leastSize } from "./huffman.ts";

/** How bytes are compressed. */
export type Compression = "none" | "huffman" | "search";

/**
 * More than this share of the size is not worth it: whoever loads a model inflates some 200 MB/s, so
 * that only a download of less than 25 MB/s gains by it.
 */
const worthwhile = 0.875;
const level = 6;
/** So much longer are codes of whole bits than the entropy … */
const withWholeBits = 1.005;
/** … and so many bytes it takes to tell them. */
const tellingCodes = 90;

/** What is best for bytes of which these are samples. */
export function chooseCompression(samples: Uint8Array): Compression {
  const most = worthwhile * samples.length;
  const huffman = leastSize(samples) * withWholeBits;
  const search = deflateSync(samples, { level }).length;
  if (Math.min(huffman, search) > most) return "none";
  return huffman <= search ? "huffman" : "search";
}

/** So few bytes are not worth the time: an array with 32 numbers and its header. */
const veryFew = 256;
/** In so few bytes, each occurs too seldom for codes. */
const tooFewForCodes = 2048;

/** The deflate stream of a few bytes, if it is worth it. */
export function compressFew(bytes: Uint8Array): readonly Uint8Array[] | undefined {
  if (bytes.length <= veryFew) return undefined;
  const searched = deflateSync(bytes, { level });
  const coded = bytes.length < tooFewForCodes
    ? Infinity
    : leastSize(bytes) * withWholeBits + tellingCodes;
  if (Math.min(coded, searched.length) > worthwhile * bytes.length) return undefined;
  return coded < searched.length ? [...deflateByHuffman([bytes])] : [searched];
}

/** Compresses pieces; each is asked for when what came of those before has been taken. */
export function* compress(
  pieces: Iterable<Uint8Array>,
  how: Compression,
): Generator<Uint8Array> {
  if (how === "none") yield* pieces;
  else if (how === "huffman") yield* deflateByHuffman(pieces);
  else {
    const made: Uint8Array[] = [];
    const deflate = new Deflate({ level }, (chunk) => made.push(chunk));
    for (const piece of pieces) {
      deflate.push(piece);
      yield* made.splice(0);
    }
    deflate.push(new Uint8Array(0), true);
    yield* made;
  }
}
