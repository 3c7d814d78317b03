/**
 * The GPU that tests run on. Without one they are ignored; with `REQUIRE_GPU=1` they fail.
 *
 * @module
 */
import { existsSync, readdirSync } from "node:fs";
import { openDevice } from "../runtime/gpu/device.ts";
import { GpuEngine } from "../runtime/gpu/engine.ts";
import { quietGraphics } from "../cli/quiet_graphics.ts";
import { asHardware } from "./traits.ts";

quietGraphics();
useVulkanOnly();

const device = await openDevice().catch((error) => {
  if (Deno.env.get("REQUIRE_GPU") === "1") throw error;
  return undefined;
});

/** The engine of the GPU, or `undefined` if there is none. */
export const gpu: GpuEngine | undefined = device && new GpuEngine(device, true);

/** Engines on the same GPU that use the kernels for other kinds of GPUs, by kind. */
export const engineVariants: readonly (readonly [string, GpuEngine])[] = device
  ? [
    ["plain", new GpuEngine(device, false, "plain")],
    ["hardware", new GpuEngine(device, false, asHardware)],
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

/** Repeats an action for each kernel: on an engine that prefers the first of all, then the second … */
export async function withEachKernel(
  run: (engine: GpuEngine, how: string) => Promise<void>,
): Promise<void> {
  rounds = 1;
  for (round = 0; round < rounds; round++) await run(choosing!, `with kernel ${round}`);
}

/** Whether there is a GPU to run on. */
export const hasGpu: boolean = gpu !== undefined;

// A driver that is still active when the process ends may crash it.
globalThis.addEventListener("unload", () => gpu?.destroy());

/**
 * Makes Deno use Vulkan only, if Mesa's software GPU supports it. Otherwise it loads OpenGL as well,
 * whose library (libEGL) frees its memory when the process ends. If a thread of the tests ends at the
 * same moment, the heap is corrupted, and the process crashes after its last test. Deno reads the
 * variable when a thread first requests a GPU.
 */
function useVulkanOnly(): void {
  if (Deno.build.os !== "linux" || Deno.env.has("DENO_WEBGPU_BACKEND")) return;
  const given = Deno.env.get("VK_DRIVER_FILES") ?? Deno.env.get("VK_ICD_FILENAMES");
  const folder = "/usr/share/vulkan/icd.d";
  const drivers = given?.split(":").filter((path) => existsSync(path)) ??
    (existsSync(folder) ? readdirSync(folder) : []);
  if (drivers.some((path) => path.includes("lvp_icd"))) {
    Deno.env.set("DENO_WEBGPU_BACKEND", "vulkan");
  }
}
