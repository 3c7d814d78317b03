/**
 * Inflates untrusted deflate streams, whose claimed size may be wrong.
 *
 * @module
 */

/** The bytes passed to the decompressor at a time; its output may be a thousand times as large. */
const sliceSize = 1 << 16;

/** The highest compression ratio of deflate. */
export const maxRatio = 1032;

/**
 * Inflates a raw deflate stream.
 *
 * Memory grows with the actual output, never with the claimed size, and inflating stops as soon as
 * the output exceeds that size.
 *
 * @param size The claimed size in bytes.
 * @throws {TypeError} with the reason, if the stream is damaged or yields another number of bytes.
 */
export async function inflate(
  compressed: Uint8Array<ArrayBuffer>,
  size: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = slices(compressed).pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  let bytes = new Uint8Array(Math.min(size, Math.max(sliceSize, 4 * compressed.length)));
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read().catch((cause) => {
      throw new TypeError("its compressed bytes are damaged", { cause });
    });
    if (done) break;
    const end = length + value.length;
    if (end > size) {
      await reader.cancel().catch(() => {});
      throw new TypeError(`it inflates to more than the ${size} bytes it claims`);
    }
    if (end > bytes.length) {
      bytes = longer(bytes, Math.min(size, Math.max(2 * bytes.length, end)));
    }
    bytes.set(value, length);
    length = end;
  }
  if (length !== size) {
    throw new TypeError(`it inflates to ${length} bytes, not to the ${size} it claims`);
  }
  return bytes;
}

/** A copy of bytes with room for more. */
export function longer(bytes: Uint8Array, length: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(length);
  copy.set(bytes);
  return copy;
}

/** Bytes as a stream, a slice at a time. */
export function slices(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  let position = 0;
  return new ReadableStream({
    pull(controller) {
      if (position < bytes.length) {
        controller.enqueue(bytes.subarray(position, position + sliceSize));
        position += sliceSize;
      } else {
        controller.close();
      }
    },
  }, { highWaterMark: 0 });
}
