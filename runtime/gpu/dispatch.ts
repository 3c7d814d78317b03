/**
 * Launches of shaders, bound to what they read and write.
 *
 * @module
 */
import { macsOf, opNameOf } from "../graph.ts";
import type { Assembled } from "./assemble.ts";
import type { Memory } from "./memory.ts";
import type { Step } from "./steps.ts";
import type { Timed } from "./timer.ts";

/** One shader ready to be launched. */
export interface Dispatch extends Timed {
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  readonly workgroups: readonly [x: number, y: number, z: number];
  /** What is copied into a texture before. */
  readonly copy: Copy | undefined;
}

/** Something to be copied into a texture. */
interface Copy {
  readonly from: Required<GPUBufferBinding>;
  readonly to: GPUTexture;
}

/**
 * Binds a shader to what it reads and writes.
 *
 * @param texture Where it finds its first input, if that is read from a texture.
 * @param isMade Whether it is the first one to read it from there.
 */
export function bind(
  device: GPUDevice,
  { node, label, writes, reads }: Step,
  { shader: { workgroups, variant = "", work }, scales }: Assembled,
  pipeline: GPUComputePipeline,
  memory: Memory,
  settings: readonly GPUBindingResource[],
  texture: GPUTexture | undefined,
  isMade: boolean,
): Dispatch {
  const operands: GPUBindingResource[] = [writes, ...reads].map((operand) => memory.of(operand));
  const from = operands[1] as Required<GPUBufferBinding>;
  const copy = texture && isMade ? { from, to: texture } : undefined;
  if (texture) operands[1] = texture.createView();
  const bindGroup = device.createBindGroup({
    label,
    layout: pipeline.getBindGroupLayout(0),
    entries: [...operands, ...settings, ...scales ? [memory.of(scales)] : []].map((
      resource,
      binding,
    ) => ({ binding, resource })),
  });
  const timed = { node: writes.name, op: node ? opNameOf(node) : "layout", variant, work };
  return { ...timed, macs: node ? macsOf(node) : 0, pipeline, bindGroup, workgroups, copy };
}
