/**
 * Serves the files of the page from memory.
 *
 * @module
 */
import type { PageFiles } from "./build.ts";

const types: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
  txt: "text/plain; charset=utf-8",
};

/** The request handler for some files. */
export function serverOf(files: PageFiles): (request: Request) => Response {
  const policy = policyOf(new TextDecoder().decode(files.get("index.html")));
  const headers = {
    // Prevents clickjacking; `frame-ancestors` has no effect in a document's own policy.
    "content-security-policy": `${policy}; frame-ancestors 'none'`,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cache-control": "no-cache",
  };
  return ({ method, url }) => {
    if (method !== "GET" && method !== "HEAD") {
      return new Response("Only GET and HEAD", { status: 405, headers });
    }
    const path = new URL(url).pathname.slice(1) || "index.html";
    const file = files.get(path);
    if (file === undefined) return new Response("There is no such file", { status: 404, headers });
    const type = types[path.split(".").at(-1)!] ?? "application/octet-stream";
    return new Response(method === "HEAD" ? null : file, {
      headers: { ...headers, "content-type": type, "content-length": String(file.length) },
    });
  };
}

/** The content security policy in the head of a document. */
function policyOf(html: string): string {
  return /http-equiv="Content-Security-Policy"\s+content="([^"]*)"/.exec(html)![1]!;
}
