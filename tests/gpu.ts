/**
 * The GPU that tests run on. Without one they are ignored; with `REQUIRE_GPU=1` they fail.
 *
 * @module
 */
import { existsSync, readdirSync } from "node:fs";
import { openDevice } from "../runtime/gpu/device.ts";
import { GpuEngine } from "../runtime/gpu/engine.ts";
import { quietGraphics } from "../cli/quiet_graphics.ts";

quietGraphics();
keepToVulkan();

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

/**
 * Has Deno ask Vulkan alone, where Mesa's software GPU is there for it. Otherwise it loads OpenGL as
 * well, whose library (libEGL) tears down what it holds when the process ends. A thread on which
 * tests ran may end at that moment too, and then the process dies of a corrupted heap, after its
 * last test. Deno reads this when a thread first asks for a GPU.
 */
function keepToVulkan(): void {
  if (Deno.build.os !== "linux" || Deno.env.has("DENO_WEBGPU_BACKEND")) return;
  const given = Deno.env.get("VK_DRIVER_FILES") ?? Deno.env.get("VK_ICD_FILENAMES");
  const folder = "/usr/share/vulkan/icd.d";
  const drivers = given?.split(":").filter((path) => existsSync(path)) ??
    (existsSync(folder) ? readdirSync(folder) : []);
  if (drivers.some((path) => path.includes("lvp_icd"))) {
    Deno.env.set("DENO_WEBGPU_BACKEND", "vulkan");
  }
}
