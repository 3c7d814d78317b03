/**
 * Opens the engine, in runtimes that have only the GPU's.
 *
 * @module
 */
import type { Engine } from "../engine.ts";
import { openDevice } from "../gpu/device.ts";
import { GpuEngine } from "../gpu/engine.ts";
import type { LoadOptions } from "../load_options.ts";
import { referenceEngine } from "../reference.ts";

/**
 * The GPU engine, or the reference engine.
 *
 * @throws {Error} if the CPU is requested.
 */
export async function openEngine(
  { device = "gpu", gpuWeights = "float32", gpuActivations = "float32", chooseKernel }: LoadOptions,
): Promise<Engine> {
  const how = { weights: gpuWeights, activations: gpuActivations, choose: chooseKernel };
  if (device === "reference") return referenceEngine;
  if (device === "gpu") return new GpuEngine(await openDevice(), true, how);
  if (typeof device === "object") return new GpuEngine(device, false, how);
  throw new Error("Cannot run on the CPU: this runtime was made with --device gpu, not both");
}
