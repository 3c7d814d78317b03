/**
 * The file that keeps which kernels were measured to be fastest.
 *
 * @module
 */
import { dirname, join } from "node:path";
import type { KernelChoices } from "../lib/autotune.ts";
import { readTextFile } from "./files.ts";
import { makeFolders } from "./folders.ts";
import { printNotice } from "./print.ts";
import { writeFiles } from "./write_file.ts";

const format = "kaffe kernels";
/** What was measured by another version is not believed: kernels of one name may differ. */
const version = 1;

/** Where it is kept, unless somebody says otherwise: in the user's folder for what can be made anew. */
export function usualKernelFile(): string {
  const { os } = Deno.build, home = Deno.env.get("HOME") ?? ".";
  const cache = os === "windows"
    ? Deno.env.get("LOCALAPPDATA")
    : os === "darwin"
    ? join(home, "Library", "Caches")
    : Deno.env.get("XDG_CACHE_HOME");
  return join(cache || join(home, ".cache"), "kaffe", "kernels.json");
}

/**
 * The kernels that a file names; none, after a word on standard error, if it is not such a file.
 *
 * @throws {Error} if it cannot be read.
 */
export async function readKernels(path: string): Promise<KernelChoices> {
  const state = (text: string) => {
    try {
      return JSON.parse(text);
    } catch {
      return undefined;
    }
  };
  const file = state(await readTextFile(path));
  if (file?.format === format && file.version === version && areChoices(file.devices)) {
    return file.devices;
  }
  const reason = file?.format === format
    ? `its version is ${file.version}, not ${version}`
    : "it is not a file of measured kernels";
  printNotice(`Ignoring ${path}: ${reason}`);
  return {};
}

/** Whether there is one already. */
export function hasFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** Writes such a file, and makes its folder. */
export async function writeKernels(path: string, devices: KernelChoices): Promise<void> {
  using folders = makeFolders([dirname(path)]);
  const text = JSON.stringify({ format, version, devices }, null, 2) + "\n";
  await writeFiles([{ path, chunks: [new TextEncoder().encode(text)] }]);
  folders.keep();
}

function areChoices(devices: unknown): devices is KernelChoices {
  const isObject = (value: unknown) => typeof value === "object" && value !== null;
  return isObject(devices) &&
    Object.values(devices as object).every((kernels) =>
      isObject(kernels) && Object.values(kernels).every((name) => typeof name === "string")
    );
}
