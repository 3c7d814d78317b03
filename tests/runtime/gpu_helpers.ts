/**
 * Helpers of tests of the GPU engine.
 *
 * @module
 */
import type { Graph } from "../../runtime/graph.ts";
import { hasGpu } from "../gpu.ts";
import { Sketch } from "../random.ts";
import { asHardware } from "../traits.ts";

/** Defines a test that is ignored without a GPU. */
export function onGpu(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: !hasGpu, fn });
}

/** Kinds of GPUs, and the options of an engine for each. */
export const gpuKinds = [
  ["a software GPU", {}],
  ["a software GPU without textures", { textureRows: 0 }],
  ["a hardware GPU", asHardware],
] as const;

/** A device with some properties replaced. */
export function disguise(device: GPUDevice, replaced: Record<string, unknown>): GPUDevice {
  return new Proxy(device, {
    get(target, key) {
      if (Object.hasOwn(replaced, key)) return replaced[key as string];
      const value = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** The graph of one ReLU. */
export function rectifier(...shape: number[]): Graph {
  const sketch = new Sketch();
  return sketch.finish(sketch.add("relu", "relu", [sketch.input("data", shape)], {}));
}
