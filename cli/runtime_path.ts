/**
 * From where a class imports the runtime, and ops of the user's own.
 *
 * @module
 */
import { dirname, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The runtime beside this command line, as seen from the file of the class; or `./runtime/`, where
 * it is to be copied, if this command line was not started from files.
 */
export function runtimePath(codePath: string): string {
  const runtime = new URL("../runtime/mod.ts", import.meta.url);
  return runtime.protocol === "file:"
    ? importPath(codePath, fileURLToPath(runtime))
    : "./runtime/mod.ts";
}

/** A module, as seen from the file of the class. */
export function importPath(codePath: string, module: string): string {
  const path = relative(dirname(resolve(codePath)), resolve(module)).replaceAll("\\", "/");
  return path.startsWith("../") ? path : `./${path}`;
}
