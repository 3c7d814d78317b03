/**
 * A plan as the GPU runs it: buffers, pipelines and bind groups made once, one pass a run.
 *
 * @module
 */
import type { Program } from "../engine.ts";
import { fit, type Life, stretch } from "../allocation.ts";
import { macsOf, opNameOf } from "../graph.ts";
import { inFours, type Traits } from "../ops/fours/layout.ts";
import type { Packing, Shader } from "../ops/op.ts";
import { count, type Shape, type Tensor } from "../tensor.ts";
import { assemble, type Assembled, formats, type Storage, storageOf } from "./assemble.ts";
import { type Cell, placeOf } from "./cell.ts";
import { copiesOf, livesOf, readTwice } from "./lives.ts";
import { pipelineFor } from "./pipeline.ts";
import type { Constant, Plan, Step } from "./plan.ts";
import type { Timed, Timer } from "./timer.ts";
import { copyTexels, texelsOf } from "./upload.ts";

/** What a program needs of the engine that it belongs to. */
export interface GpuHost {
  /** Measures the dispatches of a run, if somebody wants to know. */
  readonly timer: Timer | undefined;
  /** What holds a constant, in the order that a shader wants. */
  upload(constant: Constant, storage: Storage): GPUBuffer | GPUTexture;
  /** Gives commands, and turns what goes wrong with them into errors. */
  guard<T>(action: string, work: () => T): Promise<T>;
  /** Throws if a command failed because the device is lost. */
  explainLoss(action: string): Promise<void>;
}

/** One shader ready to be launched. */
interface Dispatch extends Timed {
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

/** Where an input belongs. */
interface Given {
  readonly to: Required<GPUBufferBinding>;
  /** How it is brought into the order in which it is read, if not as it is. */
  readonly packing: Packing | undefined;
}

/** A part of the buffer in which results come back. */
interface Readback {
  readonly shape: Shape;
  readonly from: Required<GPUBufferBinding>;
  readonly offset: number;
  readonly bytes: number;
}

/**
 * How many runs are under way at most. The device does one after the other, in the same memory; the
 * others wait for their results, which takes Deno 11 ms each time.
 */
const mostRuns = 8;

/** A plan made ready to run on the GPU. */
export class GpuProgram implements Program {
  /** What results can come back in, and those who wait for one of them. */
  readonly #free: GPUBuffer[] = [];
  readonly #waiting: (() => void)[] = [];
  #runs = 0;

  private constructor(
    private readonly device: GPUDevice,
    private readonly label: string,
    private readonly engine: GpuHost,
    private readonly inputs: readonly Given[],
    private readonly dispatches: readonly Dispatch[],
    private readonly memory: Memory,
    private readonly readbacks: readonly Readback[],
    private readonly bytes: number,
  ) {}

  /** Makes everything that a plan needs on the device, besides what the engine has already. */
  static async create(
    device: GPUDevice,
    label: string,
    plan: Plan,
    traits: Traits | undefined,
    engine: GpuHost,
  ): Promise<GpuProgram> {
    const { apart, assembled, pipelines } = await compile(device, plan, traits);
    let made: Memory | undefined;
    const prepared = engine.guard("prepare the network", () => {
      const memory = made = new Memory(device, plan, apart, traits, engine);
      const settings = memory.settings(assembled);
      const { lives, read } = copiesOf(plan, assembled.map(({ copied }) => copied));
      const textures = memory.textures(lives, plan);
      const dispatches = plan.steps.map((step, i) => {
        const copy = read[i], shader = assembled[i]!, others = settings[i]!;
        const texture = copy === undefined ? undefined : textures[copy];
        const isMade = copy !== undefined && lives[copy]!.from === i;
        return bind(device, step, shader, pipelines[i]!, memory, others, texture, isMade);
      });
      let end = 0;
      const readbacks = plan.outputs.map((operand) => {
        const { shape } = operand;
        const offset = end, bytes = count(shape) * Float32Array.BYTES_PER_ELEMENT;
        end += bytes;
        return { shape, from: memory.of(operand) as Required<GPUBufferBinding>, offset, bytes };
      });
      const inputs = plan.inputs.map((cell) => ({
        to: memory.of(cell) as Required<GPUBufferBinding>,
        packing: cell.layout === "fours" ? inFours(cell.shape) : undefined,
      }));
      return new GpuProgram(device, label, engine, inputs, dispatches, memory, readbacks, end);
    });
    return await prepared.catch((error) => {
      // Who then tries less finds the device as it was.
      made?.destroy();
      throw error;
    });
  }

  async run(inputs: readonly Tensor[]): Promise<Tensor[]> {
    if (this.#runs === mostRuns) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#runs++;
    try {
      return await this.#execute(inputs);
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#runs--;
    }
  }

  destroy(): void {
    this.memory.destroy();
    for (const staging of this.#free) staging.destroy();
  }

  async #execute(inputs: readonly Tensor[]): Promise<Tensor[]> {
    const { device, engine } = this;
    const known = this.#free.pop();
    const staging = known ??
      await engine.guard("run the network", () =>
        device.createBuffer({
          label: "results",
          size: Math.max(4, this.bytes),
          usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
        }));
    const submitted = engine.guard("run the network", () => this.#submit(inputs, staging));
    // Asked for at once: waiting for one thing after the other costs a turn of the clock each.
    const mapped = staging.mapAsync(GPUMapMode.READ);
    // Deno waits for the GPU in that very call, and tells us 10 ms later. It must not be asked for
    // what was never mapped before.
    const early = known && mappedRange(staging);
    try {
      await Promise.all([submitted, early ?? mapped]);
      const results = early ?? staging.getMappedRange();
      const tensors = this.readbacks.map(({ shape, offset, bytes }) => ({
        shape,
        data: new Float32Array(results.slice(offset, offset + bytes)),
      }));
      staging.unmap();
      this.#free.push(staging);
      return tensors;
    } catch (error) {
      await mapped.catch(() => {});
      staging.destroy();
      await engine.explainLoss("run the network");
      throw error;
    }
  }

  /** Gives the commands of one run: inputs in, all dispatches, results into one buffer. */
  #submit(inputs: readonly Tensor[], staging: GPUBuffer): void {
    const { device, label, engine: { timer } } = this;
    this.inputs.forEach(({ to: { buffer, offset }, packing }, i) => {
      const { data } = inputs[i]!, values = packing ? packing.pack(data) : data;
      device.queue.writeBuffer(buffer, offset, values as Float32Array<ArrayBuffer>);
    });
    const encoder = device.createCommandEncoder({ label });
    let pass: GPUComputePassEncoder | undefined;
    const end = () => pass = void pass?.end();
    for (const dispatch of this.dispatches) {
      if (dispatch.copy) {
        end();
        copyTexels(encoder, dispatch.copy.from, dispatch.copy.to);
      }
      pass ??= timer ? timer.begin(encoder, dispatch) : encoder.beginComputePass({ label });
      pass.setPipeline(dispatch.pipeline);
      pass.setBindGroup(0, dispatch.bindGroup);
      pass.dispatchWorkgroups(...dispatch.workgroups);
      if (timer) end();
    }
    end();
    timer?.end(encoder);
    for (const { from, offset, bytes } of this.readbacks) {
      encoder.copyBufferToBuffer(from.buffer, from.offset, staging, offset, bytes);
    }
    device.queue.submit([encoder.finish()]);
  }
}

/** The shaders of a plan, and their pipelines. */
export async function compile(device: GPUDevice, plan: Plan, traits: Traits | undefined) {
  const apart = readTwice(plan);
  const assembled = plan.steps.map((step) => assemble(step, apart, traits));
  const pipelines = await Promise.all(
    assembled.map(({ shader }, i) => {
      refuseTooMany(device, shader, plan.steps[i]!.label);
      return pipelineFor(device, shader, plan.steps[i]!.label);
    }),
  );
  return { apart, assembled, pipelines };
}

/** The memory of one program. */
class Memory {
  readonly #buffers: GPUBuffer[] = [];
  readonly #textures: GPUTexture[] = [];
  readonly #places = new Map<Cell, GPUBufferBinding>();

  constructor(
    private readonly device: GPUDevice,
    plan: Plan,
    apart: ReadonlySet<Cell>,
    private readonly traits: Traits | undefined,
    private readonly engine: GpuHost,
  ) {
    const lives = [...livesOf(plan)];
    const together = lives.filter(([cell]) => !apart.has(cell));
    const { minStorageBufferOffsetAlignment } = device.limits;
    const { offsets, bytes } = stretch(
      together.map(([, life]) => life),
      minStorageBufferOffsetAlignment,
    );
    const arena = this.#buffer("values", bytes);
    together.forEach(([cell, { bytes: size }], i) =>
      this.#places.set(cell, { buffer: arena, offset: offsets[i]!, size })
    );
    for (const [cell, { bytes: size }] of lives) {
      if (!apart.has(cell)) continue;
      this.#places.set(cell, { buffer: this.#buffer(cell.name, size), offset: 0, size });
    }
  }

  /** The textures into which inputs of shaders are copied, one for each copy. */
  textures(copies: readonly Life[], { steps }: Plan): readonly GPUTexture[] {
    const textures: GPUTexture[] = [];
    for (const format of ["float32", "float16"] as const) {
      const own = [...copies.keys()].filter((copy) =>
        placeOf(steps[copies[copy]!.from]!.reads[0] as Cell).root.format === format
      );
      const { slots, sizes } = fit(own.map((copy) => copies[copy]!));
      const made = sizes.map((texels) =>
        texelsOf(this.device, texels, formats[format][0], "inputs")
      );
      this.#textures.push(...made);
      own.forEach((copy, i) => textures[copy] = made[slots[i]!]!);
    }
    return textures;
  }

  #buffer(label: string, size: number): GPUBuffer {
    const { STORAGE, COPY_DST, COPY_SRC } = GPUBufferUsage;
    const usage = STORAGE | COPY_DST | COPY_SRC;
    const buffer = this.device.createBuffer({ label, size: Math.max(4, size), usage });
    this.#buffers.push(buffer);
    return buffer;
  }

  /** What holds an operand. */
  of(operand: Cell | Constant): Required<GPUBufferBinding> | GPUTextureView {
    if ("layout" in operand) {
      return this.#places.get(placeOf(operand).root) as Required<GPUBufferBinding>;
    }
    const held = this.engine.upload(operand, storageOf(operand, this.traits));
    return "createView" in held ? held.createView() : { buffer: held, offset: 0, size: held.size };
  }

  /** The settings of all dispatches, in one buffer: for each its uniform bindings in order. */
  settings(all: readonly Assembled[]): readonly GPUBindingResource[][] {
    const blocks = all.map(({ shader: { uniforms }, sizes }) => [
      ...uniforms === undefined ? [] : [Float32Array.from(uniforms)],
      ...sizes.length === 0 ? [] : [Int32Array.from(sizes)],
    ]);
    const alignment = this.device.limits.minUniformBufferOffsetAlignment;
    let end = 0;
    const places = blocks.map((each) =>
      each.map((values) => {
        const offset = end;
        // A uniform is as long as whole vectors.
        const size = Math.ceil(values.length / 4) * 16;
        end = Math.ceil((offset + size) / alignment) * alignment;
        return { offset, size };
      })
    );
    if (end === 0) return blocks.map(() => []);
    const buffer = this.device.createBuffer({
      label: "settings",
      size: end,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
    this.#buffers.push(buffer);
    const bytes = new Uint8Array(end);
    blocks.forEach((each, i) =>
      each.forEach((values, k) => bytes.set(new Uint8Array(values.buffer), places[i]![k]!.offset))
    );
    this.device.queue.writeBuffer(buffer, 0, bytes);
    return places.map((each) => each.map((place) => ({ buffer, ...place })));
  }

  destroy(): void {
    for (const owned of [...this.#buffers, ...this.#textures]) owned.destroy();
  }
}

/** What is in a buffer that may be mapped already. */
function mappedRange(buffer: GPUBuffer): ArrayBuffer | undefined {
  try {
    return buffer.getMappedRange();
  } catch {
    return undefined;
  }
}

function refuseTooMany(device: GPUDevice, { workgroups }: Shader, label: string): void {
  const most = device.limits.maxComputeWorkgroupsPerDimension;
  if (workgroups.some((groups) => groups > most)) {
    throw new RangeError(`Cannot run ${label} on this GPU: its output is too large`);
  }
}

/**
 * Binds a shader to what it reads and writes.
 *
 * @param texture Where it finds its first input, if that is read from a texture.
 * @param isMade Whether it is the first one to read it from there.
 */
function bind(
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
