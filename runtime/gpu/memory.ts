/**
 * The memory of one program on the GPU: a buffer for all tensors, textures for copies of some, and
 * a uniform buffer.
 *
 * @module
 */
import { fit, stretch } from "../allocation.ts";
import type { Assembled } from "./assemble.ts";
import { type Cell, placeOf } from "./cell.ts";
import { livesOf } from "./lives.ts";
import { type Constant, type Copy, isCell, type Operand, type Plan } from "./steps.ts";
import { bytesOfTexel, formats } from "./storage.ts";
import { texelsOf } from "./upload.ts";

/** Provides a program with the constants on the device. */
export interface Constants {
  /** The resource of a constant, which is uploaded at first use. */
  upload(constant: Constant): GPUBuffer | GPUTexture;
}

/** A range of a buffer. */
export type BufferRange = Required<GPUBufferBinding>;

/** The memory of one program. Tensors with disjoint live ranges share a range of the buffer. */
export class Memory {
  readonly #device: GPUDevice;
  readonly #constants: Constants;
  readonly #buffers: GPUBuffer[] = [];
  readonly #cells = new Map<Cell, BufferRange>();
  readonly #textures = new Map<Copy, GPUTexture>();
  /** The uniforms by their values. */
  readonly #uniforms = new Map<Float32Array | Int32Array, BufferRange>();

  constructor(device: GPUDevice, plan: Plan, steps: readonly Assembled[], constants: Constants) {
    this.#device = device;
    this.#constants = constants;
    this.#allocateCells(plan);
    this.#allocateCopies(steps);
    this.#writeUniforms(steps);
  }

  #allocateCells(plan: Plan): void {
    const lives = [...livesOf(plan)];
    const together = lives.filter(([cell]) => !plan.apart.has(cell));
    const { minStorageBufferOffsetAlignment, maxBufferSize } = this.#device.limits;
    const ranges = together.map(([, life]) => life);
    const { offsets, bytes } = stretch(ranges, minStorageBufferOffsetAlignment);
    // If one buffer may not be that large, tensors with disjoint live ranges share several.
    const isOne = bytes <= maxBufferSize;
    const { slots, sizes } = isOne ? { slots: ranges.map(() => 0), sizes: [bytes] } : fit(ranges);
    const buffers = sizes.map((size) => this.#buffer("values", size));
    together.forEach(([cell, { bytes: size }], i) => {
      const offset = isOne ? offsets[i]! : 0;
      this.#cells.set(cell, { buffer: buffers[slots[i]!]!, offset, size });
    });
    for (const [cell, { bytes: size }] of lives) {
      if (!plan.apart.has(cell)) continue;
      this.#cells.set(cell, { buffer: this.#buffer(cell.name, size), offset: 0, size });
    }
  }

  /** Copies of one format with disjoint live ranges share a texture. */
  #allocateCopies(steps: readonly Assembled[]): void {
    const copies = [...new Set(steps.flatMap(({ copy }) => copy ?? []))];
    for (const format of ["float32", "float16"] as const) {
      const own = copies.filter(({ cell }) => cell.format === format);
      const { slots, sizes } = fit(own);
      const textures = sizes.map((bytes) =>
        texelsOf(this.#device, bytes / bytesOfTexel[format], formats[format].texel, "inputs")
      );
      own.forEach((copy, i) => this.#textures.set(copy, textures[slots[i]!]!));
    }
  }

  /** Writes the uniforms of all steps into one buffer. */
  #writeUniforms(steps: readonly Assembled[]): void {
    const all = steps.flatMap(({ uniforms }) => uniforms);
    const alignment = this.#device.limits.minUniformBufferOffsetAlignment;
    let end = 0;
    const starts = all.map(({ byteLength }) => {
      const start = end;
      end += Math.ceil(byteLength / alignment) * alignment;
      return start;
    });
    if (end === 0) return;
    const bytes = new Uint8Array(end);
    const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    const buffer = this.#buffer("uniforms", end, usage);
    all.forEach((values, i) => {
      bytes.set(new Uint8Array(values.buffer), starts[i]!);
      // A uniform's size is a multiple of a vec4's.
      const size = Math.ceil(values.byteLength / 16) * 16;
      this.#uniforms.set(values, { buffer, offset: starts[i]!, size });
    });
    this.#device.queue.writeBuffer(buffer, 0, bytes);
  }

  #buffer(
    label: string,
    size: number,
    usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
  ): GPUBuffer {
    const buffer = this.#device.createBuffer({ label, size: Math.max(4, size), usage });
    this.#buffers.push(buffer);
    return buffer;
  }

  /** The texture of a copy. */
  textureOf(copy: Copy): GPUTexture {
    return this.#textures.get(copy)!;
  }

  /** What a step binds, in order: its operands, its uniforms, and the scales of its weights. */
  bindingsOf({ writes, reads, copy, uniforms, scales }: Assembled): readonly GPUBindingResource[] {
    const operands = [writes, ...reads].map((operand) => this.of(operand));
    if (copy) operands[1] = this.textureOf(copy).createView();
    return [
      ...operands,
      ...uniforms.map((values) => this.#uniforms.get(values)!),
      ...scales ? [this.of(scales)] : [],
    ];
  }

  /** The resource that a shader binds for an operand. */
  of(operand: Operand): BufferRange | GPUTextureView {
    if (isCell(operand)) return this.#cells.get(placeOf(operand).root)!;
    const held = this.#constants.upload(operand);
    return "createView" in held ? held.createView() : { buffer: held, offset: 0, size: held.size };
  }

  destroy(): void {
    for (const owned of [...this.#buffers, ...this.#textures.values()]) owned.destroy();
  }
}
