/**
 * The traits of a device, for tests of plans without a GPU.
 *
 * @module
 */
import type { Traits } from "../runtime/ops/traits.ts";

/** A software GPU without textures. */
export const software: Traits = {
  software: true,
  accumulators: 16,
  concurrency: 256,
  textureRows: 0,
  bindable: 2 ** 27,
  weights: "float32",
  activations: "float32",
  device: "test",
};

/** What makes a GPU pass for a large one of hardware. */
export const asHardware = {
  software: false,
  accumulators: 16,
  concurrency: 256,
  textureRows: 0,
} as const;
