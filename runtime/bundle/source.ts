/**
 * Where the bytes of a bundle come from.
 *
 * @module
 */
import { showArgument } from "../show_argument.ts";
import { longer, slices } from "./inflate.ts";

/**
 * Bytes, or something that yields bytes; a string is an address to fetch. Bytes are not copied,
 * unless their memory is shared or resizable: they belong to the reader and must not change.
 */
export type Source =
  | ArrayBufferView
  | ArrayBufferLike
  | URL
  | string
  | Response
  | Blob
  | ReadableStream<Uint8Array>;

/** Up to this size, downloads are too fast for preparations to pay. */
const startLength = 1 << 17;

/** Options of reading. */
export interface Reading {
  /**
   * Receives the bytes so far, and the total if it is known. Without it, the platform collects the
   * bytes, which is faster.
   */
  readonly onProgress?: ((done: number, total: number | undefined) => void) | undefined;
  /**
   * Receives the bytes of a download so far each time more have arrived, and whether they stay in the
   * same buffer, as they do if the server sends the size.
   */
  readonly onBytes?: (bytes: Uint8Array<ArrayBuffer>, stays: boolean) => void;
  /** The name of a cache for fetched bytes. */
  readonly cache?: string | undefined;
}

/**
 * Reads all bytes of a source.
 *
 * @throws {TypeError} if an address cannot be fetched, such as a relative one outside of a page.
 * @throws {Error} if the server answers with an error.
 */
export async function readAll(
  source: Source,
  reading: Reading = {},
): Promise<Uint8Array<ArrayBuffer>> {
  // By tag, since `instanceof` fails for buffers of another realm, such as a test runner's.
  const isBuffer = /^\[object \w*ArrayBuffer]$/.test(showArgument(source));
  const view = isBuffer ? new Uint8Array(source as ArrayBufferLike) : source;
  if (ArrayBuffer.isView(view)) {
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    // Shared memory may be overwritten by others; browsers decode no text from resizable memory.
    return isOwn(bytes) ? bytes : bytes.slice();
  }
  if (source instanceof ReadableStream || source instanceof Blob) {
    const size = source instanceof Blob ? source.size : undefined;
    return await collect(new Response(source), size, reading);
  }
  if (!(source instanceof Response || source instanceof URL || typeof source === "string")) {
    throw new TypeError(
      `Cannot load the network from ${showArgument(source)}: ` +
        "give bytes, a URL, a Response, a Blob or a ReadableStream",
    );
  }
  const response = source instanceof Response ? source : await fetchOnce(source, reading.cache);
  if (!response.ok || response.body === null) {
    const from = addressOf(response.url ? response : source);
    throw new Error(
      `Cannot fetch ${from}: the server answers ${response.status} ${response.statusText}`,
    );
  }
  const length = Number(response.headers.get("content-length")) || undefined;
  const encoded = response.headers.has("content-encoding");
  return await collect(response, encoded ? undefined : length, reading);
}

/** Fetches an address, or takes it from a cache. */
async function fetchOnce(address: string | URL, cache: string | undefined): Promise<Response> {
  const known = cache === undefined ? undefined : await (await openCache(cache)).match(address);
  if (known !== undefined) return known;
  return await fetch(address).catch((cause) => {
    const hint = globalThis.location || addressOf(address).startsWith("http")
      ? ""
      : "; give a whole URL, new URL(…, import.meta.url), or in Node the bytes of the file";
    return refuse(address, cause, hint);
  });
}

/** Refuses a source that could not be fetched. */
function refuse(source: Source, cause: Error, hint = ""): never {
  throw new TypeError(`Cannot fetch ${addressOf(source)}: ${cause.message}${hint}`, { cause });
}

/** Whether bytes are in memory of a fixed size that no other thread shares. */
function isOwn(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  const { buffer } = bytes;
  return buffer instanceof ArrayBuffer && !(buffer as { resizable?: boolean }).resizable;
}

function openCache(name: string): Promise<Cache> {
  if (globalThis.caches === undefined) {
    throw new Error(`Cannot open the cache "${name}": there is no Cache API here`);
  }
  return caches.open(name);
}

/** The address of a source; if that is not known, its kind. */
export function addressOf(source: Source): string {
  const { url, href } = source as Partial<Response & URL>;
  return showArgument(url || href || source);
}

/**
 * Updates the cache after a download: a bundle is stored, anything else is removed, to be fetched
 * again.
 *
 * @param bytes The fetched bytes, if they are a bundle.
 */
export async function keep(
  source: Source,
  bytes: Uint8Array<ArrayBuffer> | undefined,
  cache: string | undefined,
): Promise<void> {
  if (cache === undefined || typeof source !== "string" && !(source instanceof URL)) return;
  const kept = await openCache(cache);
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
  // Errors of broken connections name neither the source nor the problem; an abort by the caller
  // does.
  const broken = (cause: Error): never => {
    if (!response.url || !(cause instanceof TypeError)) throw cause;
    return refuse(response, cause);
  };
  if (!onProgress && !see) return new Uint8Array(await response.arrayBuffer().catch(broken));
  // With the size known, the bytes are received in place.
  let bytes = new Uint8Array(Math.min(total ?? 1 << 20, 2 ** 31)), done = 0;
  // Not every browser can iterate over a stream.
  const reader = response.body!.getReader();
  try {
    for (;;) {
      const { value } = await reader.read().catch(broken);
      if (value === undefined) break;
      const end = done + value.length;
      if (end > bytes.length) bytes = longer(bytes, 2 * end);
      bytes.set(value, done);
      done = end;
      // Content-Length counts compressed bytes, so more may arrive than announced.
      onProgress?.(done, total !== undefined && done <= total ? total : undefined);
      if (done > startLength) see?.(bytes.subarray(0, done), bytes.length === total);
    }
  } finally {
    // If a callback throws, the connection must not stay open.
    reader.cancel().catch(() => {});
  }
  return bytes.subarray(0, done);
}
