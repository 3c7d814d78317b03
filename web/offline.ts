/**
 * The service worker: caches only the page's own files, so that it works offline.
 *
 * @module
 */
/// <reference lib="webworker" />

/** The files of the page; the build prepends their list to this module. */
interface Page {
  /** Changes whenever a file has changed. */
  readonly version: string;
  readonly files: readonly string[];
}

const scope = self as unknown as ServiceWorkerGlobalScope & { readonly page: Page };
const { version, files } = scope.page;
const name = `kaffe ${version}`;

scope.addEventListener("install", (event) => {
  event.waitUntil(cacheFiles());
});

scope.addEventListener("activate", (event) => {
  event.waitUntil(deleteOldCaches());
});

scope.addEventListener("fetch", (event) => {
  if (event.request.method === "GET") event.respondWith(answer(event.request));
});

async function cacheFiles(): Promise<void> {
  const cache = await caches.open(name);
  await cache.addAll(files.map((file) => new Request(file, { cache: "reload" })));
  await scope.skipWaiting();
}

async function deleteOldCaches(): Promise<void> {
  const old = (await caches.keys()).filter((key) => key.startsWith("kaffe ") && key !== name);
  await Promise.all(old.map((key) => caches.delete(key)));
  await scope.clients.claim();
}

async function answer(request: Request): Promise<Response> {
  const cache = await caches.open(name);
  return await cache.match(request, { ignoreSearch: true }) ?? await fetch(request);
}
