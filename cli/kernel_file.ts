/**
 * The file of autotuned kernel choices.
 *
 * @module
 */
import { dirname, join } from "node:path";
import type { KernelChoices } from "../lib/autotune.ts";
import { readTextFile, statOf } from "./files.ts";
import { checkFolder, makeFolders } from "./folders.ts";
import { printNotice } from "./print.ts";
import { checkFile, writeFiles } from "./write_file.ts";

const format = "kaffe kernels";
/** Files of other versions are ignored: their kernels may differ under the same names. */
const version = 1;

/** Its default path, in the user's cache folder. */
export function defaultKernelFile(): string {
  return join(cacheFolder(), "kaffe", "kernels.json");
}

function cacheFolder(): string {
  const { os } = Deno.build, home = Deno.env.get("HOME") ?? ".";
  if (os === "darwin") return join(home, "Library", "Caches");
  const named = Deno.env.get(os === "windows" ? "LOCALAPPDATA" : "XDG_CACHE_HOME");
  return named || join(home, ".cache");
}

/**
 * The kernel choices of a file; none, after a warning on standard error, if it is no such file.
 *
 * @throws {Error} if it cannot be read.
 */
export async function readKernels(path: string): Promise<KernelChoices> {
  const { devices, reason } = await parseKernels(path);
  if (reason !== undefined) printNotice(`Ignoring ${path}: ${reason}`);
  return devices;
}

/**
 * The kernel choices to extend; none if the file does not exist yet.
 *
 * @param given The value of `--kernels`; by default the user's cache, which is created.
 * @throws {Error} if the file cannot be written, or is something else.
 */
export async function readKernelsToAdd(given: string | undefined): Promise<KernelChoices> {
  const path = given ?? defaultKernelFile();
  if (given === undefined) checkFolder(dirname(path));
  else checkFile(path);
  if (statOf(path)?.isFile !== true) return {};
  if (given !== undefined && (await parseKernels(path)).isForeign) {
    throw new TypeError(
      `Cannot write measured kernels to ${path}: it is another kind of file; give --kernels a file ` +
        "of measured kernels, or a new one",
    );
  }
  return await readKernels(path);
}

/** The contents of a file, or the reason why it is ignored. */
async function parseKernels(path: string): Promise<{
  readonly devices: KernelChoices;
  readonly reason?: string;
  /** Whether it is another kind of file. */
  readonly isForeign?: boolean;
}> {
  const file = parseJson(await readTextFile(path));
  if (file?.format !== format) {
    return { devices: {}, reason: "it is not a file of measured kernels", isForeign: true };
  }
  if (file.version === version && areChoices(file.devices)) return { devices: file.devices };
  const reason = file.version === version
    ? "its kernels are damaged"
    : `its version is ${file.version}, not ${version}`;
  return { devices: {}, reason };
}

function parseJson(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Writes kernel choices, and creates the folder if it is missing. */
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
