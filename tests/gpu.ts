/**
 * The GPU that tests run on. Without one they are ignored; with `REQUIRE_GPU=1` they fail.
 *
 * @module
 */
import { openDevice } from "../runtime/gpu/device.ts";
import { GpuEngine } from "../runtime/gpu/engine.ts";
import { quietGraphics } from "../cli/quiet_graphics.ts";

quietGraphics();

const device = await openDevice().catch((error) => {
  if (Deno.env.get("REQUIRE_GPU") === "1") throw error;
  return undefined;
});

/** The engine of the GPU, or `undefined` if there is none. */
export const gpu: GpuEngine | undefined = device && new GpuEngine(device, true);

/** Engines of the same GPU that take it for something else, by what they take it for. */
export const disguised: readonly (readonly [string, GpuEngine])[] = device
  ? [
    ["plain", new GpuEngine(device, false, "plain")],
    ["silicon", new GpuEngine(device, false, { software: false, textureRows: 0 })],
    ["software without textures", new GpuEngine(device, false, { textureRows: 0 })],
  ]
  : [];

let round = 0, rounds = 0;
const choosing = device && new GpuEngine(device, false, {
  choose(_, kernels) {
    rounds = Math.max(rounds, kernels.length);
    return kernels[round];
  },
});

/** Does something on an engine that takes the first of the kernels for all work, then the second … */
export async function withEachKernel(
  run: (engine: GpuEngine, how: string) => Promise<void>,
): Promise<void> {
  rounds = 1;
  for (round = 0; round < rounds; round++) await run(choosing!, `with kernel ${round}`);
}

/** Whether there is a GPU to run on. */
export const hasGpu: boolean = gpu !== undefined;

// A driver that is still at work when the process ends may bring it down.
globalThis.addEventListener("unload", () => gpu?.destroy());
