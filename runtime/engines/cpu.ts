/**
 * Opens the engine, in runtimes that have only the CPU's.
 *
 * @module
 */
import { CpuEngine } from "../cpu/engine.ts";
import type { Engine } from "../engine.ts";
import type { LoadOptions } from "../load_options.ts";
import { referenceEngine } from "../reference.ts";

/**
 * The CPU engine, or the reference engine.
 *
 * @throws {Error} if the GPU is requested.
 */
export function openEngine({ device = "cpu", threads }: LoadOptions): Promise<Engine> {
  if (device === "reference") return Promise.resolve(referenceEngine);
  if (device !== "cpu") {
    throw new Error("Cannot run on the GPU: this runtime was made with --device cpu, not both");
  }
  return Promise.resolve(new CpuEngine(threads === undefined ? {} : { threads }));
}
