/**
 * The memory of one program on the GPU: a buffer for all tensors, textures for copies of some, and
 * a uniform buffer.
 *
 * @module
 */
import { fit, type Life, stretch } from "../allocation.ts";
import type { Traits } from "../ops/traits.ts";
import { type Assembled, formats, type Storage, storageOf } from "./assemble.ts";
import { type Cell, placeOf } from "./cell.ts";
import { livesOf } from "./lives.ts";
import type { Constant, Plan } from "./steps.ts";
import { texelsOf } from "./upload.ts";

/** Provides a program with the constants on the device. */
export interface Constants {
  /** The resource of a constant, which is uploaded at first use. */
  upload(constant: Constant, storage: Storage): GPUBuffer | GPUTexture;
}

/** The memory of one program. Tensors with disjoint live ranges share a range of the buffer. */
export class Memory {
  readonly #device: GPUDevice;
  readonly #traits: Traits | undefined;
  readonly #constants: Constants;
  readonly #buffers: GPUBuffer[] = [];
  readonly #textures: GPUTexture[] = [];
  readonly #places = new Map<Cell, GPUBufferBinding>();

  constructor(
    device: GPUDevice,
    plan: Plan,
    apart: ReadonlySet<Cell>,
    traits: Traits | undefined,
    constants: Constants,
  ) {
    this.#device = device;
    this.#traits = traits;
    this.#constants = constants;
    const lives = [...livesOf(plan)];
    const together = lives.filter(([cell]) => !apart.has(cell));
    const { minStorageBufferOffsetAlignment, maxBufferSize } = device.limits;
    const spent = together.map(([, life]) => life);
    const { offsets, bytes } = stretch(spent, minStorageBufferOffsetAlignment);
    // If one buffer may not be that large, tensors with disjoint live ranges share several.
    const { slots, sizes } = bytes > maxBufferSize ? fit(spent) : { slots: [], sizes: [bytes] };
    const buffers = sizes.map((size) => this.#buffer("values", size));
    together.forEach(([cell, { bytes: size }], i) =>
      this.#places.set(cell, {
        buffer: buffers[slots[i] ?? 0]!,
        offset: slots.length > 0 ? 0 : offsets[i]!,
        size,
      })
    );
    for (const [cell, { bytes: size }] of lives) {
      if (!apart.has(cell)) continue;
      this.#places.set(cell, { buffer: this.#buffer(cell.name, size), offset: 0, size });
    }
  }

  /** The textures of the copies, by their indices. Copies with disjoint live ranges share one. */
  textures(copies: readonly Life[], { steps }: Plan): readonly GPUTexture[] {
    const textures: GPUTexture[] = [];
    for (const format of ["float32", "float16"] as const) {
      const own = [...copies.keys()].filter((copy) =>
        placeOf(steps[copies[copy]!.from]!.reads[0] as Cell).root.format === format
      );
      const { slots, sizes } = fit(own.map((copy) => copies[copy]!));
      const made = sizes.map((texels) =>
        texelsOf(this.#device, texels, formats[format][0], "inputs")
      );
      this.#textures.push(...made);
      own.forEach((copy, i) => textures[copy] = made[slots[i]!]!);
    }
    return textures;
  }

  #buffer(label: string, size: number): GPUBuffer {
    const { STORAGE, COPY_DST, COPY_SRC } = GPUBufferUsage;
    const usage = STORAGE | COPY_DST | COPY_SRC;
    const buffer = this.#device.createBuffer({ label, size: Math.max(4, size), usage });
    this.#buffers.push(buffer);
    return buffer;
  }

  /** The resource that a shader binds for an operand. */
  of(operand: Cell | Constant): Required<GPUBufferBinding> | GPUTextureView {
    if ("layout" in operand) {
      return this.#places.get(placeOf(operand).root) as Required<GPUBufferBinding>;
    }
    const held = this.#constants.upload(operand, storageOf(operand, this.#traits));
    return "createView" in held ? held.createView() : { buffer: held, offset: 0, size: held.size };
  }

  /** The uniform bindings of every dispatch, in order, in one buffer. */
  uniforms(all: readonly Assembled[]): readonly GPUBindingResource[][] {
    const blocks = all.map(({ shader: { uniforms }, sizes }) => [
      ...uniforms === undefined ? [] : [Float32Array.from(uniforms)],
      ...sizes.length === 0 ? [] : [Int32Array.from(sizes)],
    ]);
    const alignment = this.#device.limits.minUniformBufferOffsetAlignment;
    let end = 0;
    const places = blocks.map((each) =>
      each.map((values) => {
        const offset = end;
        // A uniform's size is a multiple of a vec4's.
        const size = Math.ceil(values.length / 4) * 16;
        end = Math.ceil((offset + size) / alignment) * alignment;
        return { offset, size };
      })
    );
    if (end === 0) return blocks.map(() => []);
    const buffer = this.#device.createBuffer({
      label: "uniforms",
      size: end,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
    this.#buffers.push(buffer);
    const bytes = new Uint8Array(end);
    blocks.forEach((each, i) =>
      each.forEach((values, k) => bytes.set(new Uint8Array(values.buffer), places[i]![k]!.offset))
    );
    this.#device.queue.writeBuffer(buffer, 0, bytes);
    return places.map((each) => each.map((place) => ({ buffer, ...place })));
  }

  destroy(): void {
    for (const owned of [...this.#buffers, ...this.#textures]) owned.destroy();
  }
}
