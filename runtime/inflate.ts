/**
 * Inflates a deflate stream whose size is claimed by a file that may lie.
 *
 * @module
 */

/** What is handed to the decompressor at a time; it may hand back a thousand times as much. */
const sliceSize = 1 << 16;

/** A deflate stream never grows by more than this. */
export const maxRatio = 1032;

/**
 * The bytes that a raw deflate stream stands for.
 *
 * Memory grows with what the stream yields and never with what is claimed, and inflating stops as
 * soon as there is more than that.
 *
 * @param size How many bytes the file claims there are.
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
    if (length + value.length > size) {
      await reader.cancel().catch(() => {});
      throw new TypeError(`it inflates to more than the ${size} bytes it claims`);
    }
    if (length + value.length > bytes.length) {
      const larger = new Uint8Array(
        Math.min(size, Math.max(2 * bytes.length, length + value.length)),
      );
      larger.set(bytes.subarray(0, length));
      bytes = larger;
    }
    bytes.set(value, length);
    length += value.length;
  }
  if (length !== size) {
    throw new TypeError(`it inflates to ${length} bytes, not to the ${size} it claims`);
  }
  return bytes;
}

/** Bytes as a stream, a slice at a time. */
export function slices(bytes: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array<ArrayBuffer>> {
  let position = 0;
  return new ReadableStream({
    pull(controller) {
      if (position < bytes.length) {
        controller.enqueue(bytes.subarray(position, position += sliceSize));
      } else {
        controller.close();
      }
    },
  }, { highWaterMark: 0 });
}
