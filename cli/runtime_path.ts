/**
 * The paths from which a generated class imports the runtime and custom ops.
 *
 * @module
 */
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The path of this installation's runtime relative to the class; or `./runtime/`, where the user has
 * to copy it, if this program was not started from local files.
 */
export function runtimePath(codePath: string): string {
  const runtime = new URL("../runtime/mod.ts", import.meta.url);
  return runtime.protocol === "file:"
    ? importPath(codePath, fileURLToPath(runtime))
    : "./runtime/mod.ts";
}

/** The path of a module relative to the class: a URL, in which some characters of folders are escaped. */
export function importPath(codePath: string, module: string): string {
  const path = relative(dirname(resolve(codePath)), resolve(module)).replaceAll("\\", "/")
    .replace(/[%#?]/g, encodeURIComponent);
  return path.startsWith("../") ? path : `./${path}`;
}
