/**
 * Dispatches: pipelines bound to the buffers and textures that they read and write.
 *
 * @module
 */
import { opNameOf } from "../graph.ts";
import type { Assembled } from "./assemble.ts";
import type { Memory } from "./memory.ts";
import type { Step } from "./steps.ts";
import type { Timed } from "./timer.ts";

/** A dispatch that is ready to be encoded. */
export interface Dispatch extends Timed {
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  readonly workgroups: readonly [x: number, y: number, z: number];
  /** The copy into a texture that has to precede it. */
  readonly copy: Copy | undefined;
}

/** A copy of a buffer's range into a texture. */
interface Copy {
  readonly from: Required<GPUBufferBinding>;
  readonly to: GPUTexture;
}

/**
 * Makes the bind group and the dispatch of a step.
 *
 * @param texture The texture copy of its first input, if it reads that.
 * @param isFirst Whether it is the first reader of that texture, so that the copy precedes it.
 */
export function bind(
  device: GPUDevice,
  { node, label, macs, writes, reads }: Step,
  { shader: { workgroups, variant = "", work }, scales }: Assembled,
  pipeline: GPUComputePipeline,
  memory: Memory,
  uniforms: readonly GPUBindingResource[],
  texture: GPUTexture | undefined,
  isFirst: boolean,
): Dispatch {
  const operands: GPUBindingResource[] = [writes, ...reads].map((operand) => memory.of(operand));
  const from = operands[1] as Required<GPUBufferBinding>;
  const copy = texture && isFirst ? { from, to: texture } : undefined;
  if (texture) operands[1] = texture.createView();
  const bindGroup = device.createBindGroup({
    label,
    layout: pipeline.getBindGroupLayout(0),
    entries: [...operands, ...uniforms, ...scales ? [memory.of(scales)] : []]
      .map((resource, binding) => ({ binding, resource })),
  });
  const timed = { node: writes.name, op: node ? opNameOf(node) : "layout", variant, work };
  return { ...timed, macs, pipeline, bindGroup, workgroups, copy };
}
