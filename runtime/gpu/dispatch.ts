/**
 * Dispatches: pipelines bound to the buffers and textures that they read and write.
 *
 * @module
 */
import { opNameOf } from "../graph.ts";
import type { Assembled } from "./assemble.ts";
import type { Memory } from "./memory.ts";
import type { Timed } from "./timer.ts";

/** A dispatch that is ready to be encoded. */
export interface Dispatch extends Timed {
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  readonly workgroups: readonly [x: number, y: number, z: number];
}

/** The dispatch of a step. */
export function bind(
  device: GPUDevice,
  step: Assembled,
  pipeline: GPUComputePipeline,
  memory: Memory,
): Dispatch {
  const { node, label, macs, writes, shader: { workgroups, variant = "", work } } = step;
  const bindGroup = device.createBindGroup({
    label,
    layout: pipeline.getBindGroupLayout(0),
    entries: memory.bindingsOf(step).map((resource, binding) => ({ binding, resource })),
  });
  const timed = { node: writes.name, op: node ? opNameOf(node) : "layout", variant, work, macs };
  return { ...timed, pipeline, bindGroup, workgroups };
}
