/**
 * From where a class imports the runtime.
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
  if (runtime.protocol !== "file:") return "./runtime/mod.ts";
  const path = relative(dirname(resolve(codePath)), fileURLToPath(runtime)).replaceAll("\\", "/");
  return path.startsWith("../") ? path : `./${path}`;
}
