/**
 * Where the bytes of a bundle come from.
 *
 * @module
 */
import { slices } from "./inflate.ts";

/** Bytes, or something that gives bytes; a string is the address to fetch them from. */
export type Source =
  | Uint8Array
  | ArrayBuffer
  | URL
  | string
  | Response
  | Blob
  | ReadableStream<Uint8Array>;

/** What is no longer than so many bytes is there before anything could be done for it. */
const startLength = 1 << 17;

/** How bytes are read, and who is told. */
export interface Reading {
  /**
   * Is told how many bytes have come, and how many there are if anybody knows. Without it, the
   * platform collects them, which is faster.
   */
  readonly onProgress?: ((done: number, total: number | undefined) => void) | undefined;
  /**
   * Is given what has come of what comes over a network, each time that more has, and whether it stays
   * where it is: it does where the server says how much there will be.
   */
  readonly onBytes?: (bytes: Uint8Array<ArrayBuffer>, stays: boolean) => void;
  /** The name of a cache for what is fetched. */
  readonly cache?: string | undefined;
}

/**
 * All bytes of a source.
 *
 * @throws {TypeError} if an address is relative where there is no page.
 * @throws {Error} if an address cannot be fetched.
 */
export async function readAll(
  source: Source,
  reading: Reading = {},
): Promise<Uint8Array<ArrayBuffer>> {
  if (source instanceof Uint8Array) return source as Uint8Array<ArrayBuffer>;
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  if (source instanceof ReadableStream || source instanceof Blob) {
    const size = source instanceof Blob ? source.size : undefined;
    return await collect(new Response(source), size, reading);
  }
  const response = source instanceof Response ? source : await fetchOnce(source, reading.cache);
  if (!response.ok || response.body === null) {
    const what = response.url || (source === response ? "the bundle" : source);
    throw new Error(
      `Cannot fetch ${what}: the server answers ${response.status} ${response.statusText}`,
    );
  }
  const length = Number(response.headers.get("content-length")) || undefined;
  const encoded = response.headers.has("content-encoding");
  return await collect(response, encoded ? undefined : length, reading);
}

/** What is at an address, from a cache if it is kept there. */
async function fetchOnce(address: string | URL, cache: string | undefined): Promise<Response> {
  const known = cache === undefined ? undefined : await (await caches.open(cache)).match(address);
  if (known !== undefined) return known;
  if (typeof address === "string" && globalThis.location === undefined && !URL.canParse(address)) {
    throw new TypeError(
      `Cannot fetch ${address}: outside a page it is relative to nothing; give a URL, such as ` +
        `new URL("${address}", import.meta.url), or the bytes of the file`,
    );
  }
  return await fetch(address);
}

/**
 * Keeps what was fetched in a cache, or removes it from there: what is no bundle is fetched again.
 *
 * @param bytes What was fetched, if it is a bundle.
 */
export async function keep(
  source: Source,
  bytes: Uint8Array<ArrayBuffer> | undefined,
  cache: string | undefined,
): Promise<void> {
  if (cache === undefined || typeof source !== "string" && !(source instanceof URL)) return;
  const kept = await caches.open(cache);
  if (bytes === undefined) await kept.delete(source);
  else if (await kept.match(source) === undefined) {
    await kept.put(source, new Response(slices(bytes)));
  }
}

async function collect(
  response: Response,
  total: number | undefined,
  { onProgress, onBytes }: Reading,
): Promise<Uint8Array<ArrayBuffer>> {
  const see = response.url.startsWith("http") ? onBytes : undefined;
  if (!onProgress && !see) return new Uint8Array(await response.arrayBuffer());
  // Where the size is known, no byte is ever there twice.
  let bytes = new Uint8Array(Math.min(total ?? 1 << 20, 2 ** 31)), done = 0;
  // Not every browser can iterate over a stream.
  const reader = response.body!.getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const end = done + read.value.length;
    if (end > bytes.length) {
      const longer = new Uint8Array(2 * end);
      longer.set(bytes.subarray(0, done));
      bytes = longer;
    }
    bytes.set(read.value, done);
    done = end;
    // What was packed for the way may not say so, and is longer than announced.
    onProgress?.(done, total !== undefined && done <= total ? total : undefined);
    if (done > startLength) see?.(bytes.subarray(0, done), bytes.length === total);
  }
  return bytes.subarray(0, done);
}
