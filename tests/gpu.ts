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

/** The engine of the same GPU that computes everything in the plainest way. */
export const plainGpu: GpuEngine | undefined = device && new GpuEngine(device, false, true);

/** Whether there is a GPU to run on. */
export const hasGpu: boolean = gpu !== undefined;

// A driver that is still at work when the process ends may bring it down.
globalThis.addEventListener("unload", () => gpu?.destroy());
