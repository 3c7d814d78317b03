/**
 * A plan as the GPU runs it: buffers, pipelines and bind groups made once, one pass a run.
 *
 * @module
 */
import type { Program } from "../engine.ts";
import { inFours, type Traits } from "../ops/fours/layout.ts";
import type { Packing, Shader } from "../ops/op.ts";
import { bytesOf, type Shape, type Tensor } from "../tensor.ts";
import { assemble } from "./assemble.ts";
import { bind, type Dispatch } from "./dispatch.ts";
import { copiesOf, readTwice } from "./lives.ts";
import { type Constants, Memory } from "./memory.ts";
import { pipelineFor } from "./pipeline.ts";
import type { Plan } from "./steps.ts";
import type { Timer } from "./timer.ts";
import { copyTexels } from "./upload.ts";

/** What a program needs of the engine that it belongs to. */
export interface GpuHost extends Constants {
  /** Measures the dispatches of a run, if somebody wants to know. */
  readonly timer: Timer | undefined;
  /** Gives commands, and turns what goes wrong with them into errors. */
  guard<T>(action: string, work: () => T): Promise<T>;
  /** Throws if a command failed because the device is lost. */
  explainLoss(action: string): Promise<void>;
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

/** What a program is made of. */
interface Made {
  readonly device: GPUDevice;
  readonly label: string;
  readonly engine: GpuHost;
  readonly inputs: readonly Given[];
  readonly dispatches: readonly Dispatch[];
  readonly memory: Memory;
  readonly readbacks: readonly Readback[];
  /** How many bytes the results take. */
  readonly bytes: number;
}

/**
 * How many runs are under way at most. The device does one after the other, in the same memory; the
 * others wait for their results, which takes Deno 11 ms each time.
 */
const mostRuns = 8;

/** A plan made ready to run on the GPU. */
export class GpuProgram implements Program {
  readonly #made: Made;
  /** What results can come back in, and those who wait for one of them. */
  readonly #free: GPUBuffer[] = [];
  readonly #waiting: (() => void)[] = [];
  #runs = 0;

  private constructor(made: Made) {
    this.#made = made;
  }

  /** Makes everything that a plan needs on the device, besides what the engine has already. */
  static async create(
    device: GPUDevice,
    label: string,
    plan: Plan,
    traits: Traits | undefined,
    engine: GpuHost,
  ): Promise<GpuProgram> {
    const { apart, assembled, pipelines: compiling } = compile(device, plan, traits);
    const pipelines = await compiling.catch(async (error) => {
      await engine.explainLoss("prepare the network");
      throw error;
    });
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
        const offset = end, bytes = bytesOf(shape);
        end += bytes;
        return { shape, from: memory.of(operand) as Required<GPUBufferBinding>, offset, bytes };
      });
      const inputs = plan.inputs.map((cell) => ({
        to: memory.of(cell) as Required<GPUBufferBinding>,
        packing: cell.layout === "fours" ? inFours(cell.shape) : undefined,
      }));
      const own = { inputs, dispatches, memory, readbacks, bytes: end };
      return new GpuProgram({ device, label, engine, ...own });
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
    this.#made.memory.destroy();
    for (const staging of this.#free) staging.destroy();
  }

  async #execute(inputs: readonly Tensor[]): Promise<Tensor[]> {
    const { device, engine, readbacks, bytes } = this.#made;
    const known = this.#free.pop();
    const staging = known ??
      await engine.guard("run the network", () =>
        device.createBuffer({
          label: "results",
          size: Math.max(4, bytes),
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
      const tensors = readbacks.map(({ shape, offset, bytes }) => ({
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
    const { device, label, engine: { timer }, dispatches, readbacks } = this.#made;
    this.#made.inputs.forEach(({ to: { buffer, offset }, packing }, i) => {
      const { data } = inputs[i]!, values = packing ? packing.pack(data) : data;
      device.queue.writeBuffer(buffer, offset, values as Float32Array<ArrayBuffer>);
    });
    const encoder = device.createCommandEncoder({ label });
    let pass: GPUComputePassEncoder | undefined;
    const end = () => pass = void pass?.end();
    for (const dispatch of dispatches) {
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
    for (const { from, offset, bytes } of readbacks) {
      encoder.copyBufferToBuffer(from.buffer, from.offset, staging, offset, bytes);
    }
    device.queue.submit([encoder.finish()]);
  }
}

/** The shaders of a plan, and their pipelines when they are compiled. */
export function compile(device: GPUDevice, plan: Plan, traits: Traits | undefined) {
  const apart = readTwice(plan);
  const assembled = plan.steps.map((step) => assemble(step, apart, traits));
  const pipelines = Promise.all(
    assembled.map(({ shader }, i) => {
      refuseTooMany(device, shader, plan.steps[i]!.label);
      return pipelineFor(device, shader, plan.steps[i]!.label);
    }),
  );
  return { apart, assembled, pipelines };
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
