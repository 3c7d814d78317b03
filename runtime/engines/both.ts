/**
 * Opens the engine, in runtimes that have both.
 *
 * @module
 */
import { hasSimd } from "../cpu/engine.ts";
import type { Engine } from "../engine.ts";
import { reasonAgainstGpu } from "../gpu/device.ts";
import type { LoadOptions } from "../load_options.ts";
import { openEngine as openCpu } from "./cpu.ts";
import { openEngine as openGpu } from "./gpu.ts";

/**
 * The requested engine; by default the GPU, or the CPU if the GPU is a software one, missing, or
 * fails to open. Without SIMD, a software GPU is better than none.
 */
export async function openEngine(options: LoadOptions): Promise<Engine> {
  const { device, onNotice = console.info } = options;
  if (device === "cpu" || device === "reference") return openCpu(options);
  if (device) return await openGpu(options);
  let reason = hasSimd() && await reasonAgainstGpu();
  if (!reason) {
    try {
      return await openGpu(options);
    } catch (error) {
      reason = `The GPU cannot be opened (${(error as Error).message})`;
    }
  }
  const engine = await openCpu(options);
  onNotice(`${reason}: the network runs on ${engine.description}`);
  return engine;
}
