/**
 * Where the bytes of a bundle come from.
 *
 * @module
 */
import { said } from "./given.ts";
import { slices } from "./inflate.ts";

/**
 * Bytes, or something that gives bytes; a string is the address to fetch them from. Bytes are not
 * copied, unless they are shared: they belong to whoever reads them, and must stay as they are.
 */
export type Source =
  | ArrayBufferView
  | ArrayBufferLike
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
 * @throws {TypeError} if an address cannot be fetched, such as a relative one where there is no page.
 * @throws {Error} if a server answers with an error.
 */
export async function readAll(
  source: Source,
  reading: Reading = {},
): Promise<Uint8Array<ArrayBuffer>> {
  // Buffers of another realm, such as a test's, are no instances of this one's.
  const isBuffer = /^\[object \w*ArrayBuffer]$/.test(said(source));
  const view = isBuffer ? new Uint8Array(source as ArrayBufferLike) : source;
  if (ArrayBuffer.isView(view)) {
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    // Others may write over what is shared.
    return isOwn(bytes) ? bytes : bytes.slice();
  }
  if (source instanceof ReadableStream || source instanceof Blob) {
    const size = source instanceof Blob ? source.size : undefined;
    return await collect(new Response(source), size, reading);
  }
  if (!(source instanceof Response || source instanceof URL || typeof source === "string")) {
    throw new TypeError(
      `Cannot load the network from ${said(source)}: give bytes, a URL, a Response, a Blob or a ` +
        "ReadableStream",
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

/** What is at an address, from a cache if it is kept there. */
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

/** Says what could not be fetched. */
function refuse(source: Source, cause: Error, hint = ""): never {
  throw new TypeError(`Cannot fetch ${addressOf(source)}: ${cause.message}${hint}`, { cause });
}

/** Whether no other thread shares bytes. */
function isOwn(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer;
}

function openCache(name: string): Promise<Cache> {
  if (globalThis.caches === undefined) {
    throw new Error(`Cannot open the cache "${name}": there is no Cache API here`);
  }
  return caches.open(name);
}

/** Where a source comes from; if that is not known, what it is. */
export function addressOf(source: Source): string {
  const { url, href } = source as Partial<Response & URL>;
  return said(url || href || source);
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
  // Connections that break tell neither what broke nor where; who ends them knows.
  const broken = (cause: Error): never => {
    if (!response.url || !(cause instanceof TypeError)) throw cause;
    return refuse(response, cause);
  };
  if (!onProgress && !see) return new Uint8Array(await response.arrayBuffer().catch(broken));
  // Where the size is known, no byte is ever there twice.
  let bytes = new Uint8Array(Math.min(total ?? 1 << 20, 2 ** 31)), done = 0;
  // Not every browser can iterate over a stream.
  const reader = response.body!.getReader();
  for (;;) {
    const { value } = await reader.read().catch(broken);
    if (value === undefined) break;
    const end = done + value.length;
    if (end > bytes.length) {
      const longer = new Uint8Array(2 * end);
      longer.set(bytes.subarray(0, done));
      bytes = longer;
    }
    bytes.set(value, done);
    done = end;
    // What was packed for the way may not say so, and is longer than announced.
    onProgress?.(done, total !== undefined && done <= total ? total : undefined);
    if (done > startLength) see?.(bytes.subarray(0, done), bytes.length === total);
  }
  return bytes.subarray(0, done);
}
