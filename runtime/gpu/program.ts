/**
 * A compiled plan: buffers, pipelines and bind groups made once, one submission per run.
 *
 * @module
 */
import type { Program } from "../engine.ts";
import { inFours } from "../ops/fours/layout.ts";
import type { Packing, Shader } from "../ops/shader.ts";
import { rest } from "../rest.ts";
import { bytesOf, type Shape, type Tensor } from "../tensor.ts";
import { assemble } from "./assemble.ts";
import { bind, type Dispatch } from "./dispatch.ts";
import { type BufferRange, type Constants, Memory } from "./memory.ts";
import { pipelineFor } from "./pipeline.ts";
import type { Plan } from "./steps.ts";
import type { Timer } from "./timer.ts";
import { copyTexels } from "./upload.ts";

/** What a program needs of the engine that it belongs to. */
export interface GpuServices extends Constants {
  /** Measures the dispatches of a run, while a profile is taken. */
  readonly timer: Timer | undefined;
  /** Runs device commands, and turns what goes wrong with them into errors. */
  guard<T>(action: string, work: () => T): Promise<T>;
  /** Throws if a command failed because the device is lost. */
  explainLoss(action: string): Promise<void>;
}

/** The destination of an input. */
interface Given {
  readonly to: BufferRange;
  /** Packs it on upload; `undefined` if it is written as it is. */
  readonly pack: ((data: Float32Array) => Float32Array) | undefined;
}

/** A result's range in the readback buffer. */
interface Readback {
  readonly shape: Shape;
  readonly from: BufferRange;
  readonly offset: number;
  readonly bytes: number;
}

/** The parts of a program. */
interface Made {
  readonly device: GPUDevice;
  readonly label: string;
  readonly engine: GpuServices;
  readonly inputs: readonly Given[];
  readonly dispatches: readonly Dispatch[];
  /** For each dispatch the copy into a texture that precedes it, if one does. */
  readonly copies: readonly ({ readonly from: BufferRange; readonly to: GPUTexture } | undefined)[];
  readonly memory: Memory;
  readonly readbacks: readonly Readback[];
  /** The size of the readback buffer in bytes. */
  readonly bytes: number;
}

/**
 * The most runs in flight. The device executes them one after the other in the same memory; the
 * others overlap with their readback, which takes Deno 11 ms each.
 */
const mostRuns = 8;

/** A plan ready to run on the GPU. */
export class GpuProgram implements Program {
  readonly #made: Made;
  /** Readback buffers that no run uses, and the runs that wait for their turn. */
  readonly #free: GPUBuffer[] = [];
  readonly #waiting: (() => void)[] = [];
  #runs = 0;

  private constructor(made: Made) {
    this.#made = made;
  }

  /**
   * Compiles the shaders and allocates what the engine does not already hold.
   *
   * @throws {Error} if a shader does not compile, or the device is out of memory or lost.
   */
  static async create(
    device: GPUDevice,
    label: string,
    plan: Plan,
    engine: GpuServices,
  ): Promise<GpuProgram> {
    const { steps, pipelines: compiling } = compilePlan(device, plan);
    const pipelines = await compiling.catch(async (error) => {
      await engine.explainLoss("prepare the network");
      throw error;
    });
    let made: Memory | undefined;
    const prepared = engine.guard("prepare the network", () => {
      const memory = made = new Memory(device, plan, steps, engine);
      const dispatches = steps.map((step, i) => bind(device, step, pipelines[i]!, memory));
      const copies = steps.map(({ copy }, i) =>
        copy?.from === i
          ? { from: memory.of(copy.cell) as BufferRange, to: memory.textureOf(copy) }
          : undefined
      );
      let end = 0;
      const readbacks = plan.outputs.map((operand) => {
        const { shape } = operand;
        const offset = end, bytes = bytesOf(shape);
        end += bytes;
        return { shape, from: memory.of(operand) as BufferRange, offset, bytes };
      });
      const inputs = plan.inputs.map((cell) => ({
        to: memory.of(cell) as BufferRange,
        pack: cell.layout === "fours" ? inPlace(inFours(cell.shape)) : undefined,
      }));
      const own = { inputs, dispatches, copies, memory, readbacks, bytes: end };
      return new GpuProgram({ device, label, engine, ...own });
    });
    return await prepared.catch((error) => {
      // Whoever tries again with less finds the memory free.
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
    this.#made.memory.destroy();
    for (const staging of this.#free) staging.destroy();
  }

  async #execute(inputs: readonly Tensor[]): Promise<Tensor[]> {
    const { device, engine, readbacks, bytes } = this.#made;
    const start = performance.now();
    const known = this.#free.pop();
    const staging = known ??
      await engine.guard("run the network", () =>
        device.createBuffer({
          label: "results",
          size: Math.max(4, bytes),
          usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
        }));
    const submitted = engine.guard("run the network", () => this.#submit(inputs, staging));
    // Requested together: awaiting one after the other costs a turn of the event loop each.
    const mapped = staging.mapAsync(GPUMapMode.READ);
    // Deno polls the GPU within `mapAsync` itself, but resolves its promise 10 ms later, so the
    // range may be mapped already. `getMappedRange` must not be called on a buffer that was never
    // mapped before.
    const early = known && mappedRange(staging);
    try {
      await Promise.all([submitted, early ?? mapped]);
      const results = early ?? staging.getMappedRange();
      const tensors = readbacks.map(({ shape, offset, bytes }) => ({
        shape,
        data: new Float32Array(results.slice(offset, offset + bytes)),
      }));
      staging.unmap();
      this.#free.push(staging);
      if (early) await rest(start);
      return tensors;
    } catch (error) {
      await mapped.catch(() => {});
      staging.destroy();
      await engine.explainLoss("run the network");
      throw error;
    }
  }

  /** Encodes and submits one run: uploads, all dispatches, and copies of the results. */
  #submit(inputs: readonly Tensor[], staging: GPUBuffer): void {
    const { device, label, engine: { timer }, dispatches, copies, readbacks } = this.#made;
    this.#made.inputs.forEach(({ to: { buffer, offset }, pack }, i) => {
      const { data } = inputs[i]!, values = pack ? pack(data) : data;
      device.queue.writeBuffer(buffer, offset, values as Float32Array<ArrayBuffer>);
    });
    const encoder = device.createCommandEncoder({ label });
    let pass: GPUComputePassEncoder | undefined;
    const endPass = () => {
      pass?.end();
      pass = undefined;
    };
    for (const [i, dispatch] of dispatches.entries()) {
      const copy = copies[i];
      if (copy) {
        endPass();
        copyTexels(encoder, copy.from, copy.to);
      }
      pass ??= timer ? timer.begin(encoder, dispatch) : encoder.beginComputePass();
      pass.setPipeline(dispatch.pipeline);
      pass.setBindGroup(0, dispatch.bindGroup);
      pass.dispatchWorkgroups(...dispatch.workgroups);
      if (timer) endPass();
    }
    endPass();
    timer?.end(encoder);
    for (const { from, offset, bytes } of readbacks) {
      encoder.copyBufferToBuffer(from.buffer, from.offset, staging, offset, bytes);
    }
    device.queue.submit([encoder.finish()]);
  }
}

/** The steps of a plan with their whole shaders, and a promise of their pipelines. */
export function compilePlan(device: GPUDevice, plan: Plan) {
  const steps = assemble(plan);
  const pipelines = Promise.all(steps.map(({ shader, label }) => {
    refuseTooMany(device, shader, label);
    return pipelineFor(device, shader, label);
  }));
  return { steps, pipelines };
}

/** Packs into the same memory each time: new memory takes as long as packing. */
function inPlace({ pack }: Packing): (data: Float32Array) => Float32Array {
  let packed: Float32Array | undefined;
  return (data) => packed = pack(data, packed);
}

/** The contents of a buffer if it is mapped already, else `undefined`. */
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
    throw new RangeError(
      `Cannot run ${label} on this GPU: its output is too large. ` +
        'Use a smaller batch or input, or the device "cpu"',
    );
  }
}
