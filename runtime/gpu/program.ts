/**
 * A graph as the GPU runs it: buffers, pipelines and bind groups made once, one pass a run.
 *
 * @module
 */
import type { Program } from "../engine.ts";
import { type Graph, type Node, opNameOf, opOf, type Value } from "../graph.ts";
import type { Packing, Shader } from "../ops/op.ts";
import { count, type Tensor } from "../tensor.ts";
import { allocate, type Allocation, withViews } from "../allocation.ts";
import { pipelineFor } from "./pipeline.ts";
import type { Timed, Timer } from "./timer.ts";

/** What a program needs of the engine that it belongs to. */
export interface GpuHost {
  /** Measures the dispatches of a run, if somebody wants to know. */
  readonly timer: Timer | undefined;
  /** The buffer that holds a constant, in the order a shader wants. */
  upload(data: Float32Array, packing: Packing | undefined, label: string): GPUBuffer;
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
}

/** A part of the buffer in which results come back. */
interface Readback {
  readonly value: Value;
  readonly offset: number;
  readonly bytes: number;
}

/** A graph made ready to run on the GPU. */
export class GpuProgram implements Program {
  /** Runs wait for each other: they share their buffers. */
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly device: GPUDevice,
    private readonly graph: Graph,
    private readonly engine: GpuHost,
    private readonly dispatches: readonly Dispatch[],
    private readonly memory: Memory,
    private readonly readbacks: readonly Readback[],
    private readonly staging: GPUBuffer,
  ) {}

  /** Makes everything that the graph needs on the device, besides what the engine has already. */
  static async create(
    device: GPUDevice,
    graph: Graph,
    outputs: readonly Value[],
    engine: GpuHost,
  ): Promise<GpuProgram> {
    const steps = graph.nodes.flatMap(stepsOf);
    const pipelines = await Promise.all(
      steps.map(({ shader, label }) => {
        refuseTooMany(device, shader, label);
        return pipelineFor(device, shader, label);
      }),
    );
    return await engine.guard("prepare the network", () => {
      const memory = new Memory(device, graph, allocate(graph, outputs), engine);
      const dispatches = steps.map((step, i) => bind(device, step, pipelines[i]!, memory));
      let end = 0;
      const readbacks = outputs.map((value) => {
        const offset = end, bytes = count(value.shape) * Float32Array.BYTES_PER_ELEMENT;
        end += bytes;
        return { value, offset, bytes };
      });
      const staging = device.createBuffer({
        label: "results",
        size: Math.max(4, end),
        usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
      });
      return new GpuProgram(device, graph, engine, dispatches, memory, readbacks, staging);
    });
  }

  run(inputs: readonly Tensor[]): Promise<Tensor[]> {
    const result = this.#queue.then(() => this.#execute(inputs));
    this.#queue = result.catch(() => {});
    return result;
  }

  destroy(): void {
    this.memory.destroy();
    this.staging.destroy();
  }

  async #execute(inputs: readonly Tensor[]): Promise<Tensor[]> {
    const { staging, engine } = this;
    const submitted = engine.guard("run the network", () => this.#submit(inputs));
    // Asked for at once: waiting for one thing after the other costs a turn of the clock each.
    const mapped = staging.mapAsync(GPUMapMode.READ);
    try {
      await Promise.all([submitted, mapped]);
      const results = staging.getMappedRange();
      const tensors = this.readbacks.map(({ value: { shape }, offset, bytes }) => ({
        shape,
        data: new Float32Array(results.slice(offset, offset + bytes)),
      }));
      staging.unmap();
      return tensors;
    } catch (error) {
      await mapped.then(() => staging.unmap()).catch(() => {});
      await engine.explainLoss("run the network");
      throw error;
    }
  }

  /** Gives the commands of one run: inputs in, all dispatches, results into one buffer. */
  #submit(inputs: readonly Tensor[]): void {
    const { device, memory, staging, engine: { timer } } = this;
    this.graph.inputs.forEach((value, i) => {
      const data = inputs[i]!.data as Float32Array<ArrayBuffer>;
      device.queue.writeBuffer(memory.bufferOf(value), 0, data);
    });
    const encoder = device.createCommandEncoder({ label: this.graph.name });
    const whole = timer ? undefined : encoder.beginComputePass({ label: this.graph.name });
    for (const dispatch of this.dispatches) {
      const pass = whole ?? timer!.begin(encoder, dispatch);
      pass.setPipeline(dispatch.pipeline);
      pass.setBindGroup(0, dispatch.bindGroup);
      pass.dispatchWorkgroups(...dispatch.workgroups);
      if (timer) pass.end();
    }
    whole?.end();
    timer?.end(encoder);
    for (const { value, offset, bytes } of this.readbacks) {
      encoder.copyBufferToBuffer(memory.bufferOf(value), 0, staging, offset, bytes);
    }
    device.queue.submit([encoder.finish()]);
  }
}

/** The buffers of one program. */
class Memory {
  readonly #buffers: readonly GPUBuffer[];
  readonly #uniforms: GPUBuffer[] = [];
  readonly #constants: ReadonlyMap<Value, Float32Array>;

  constructor(
    private readonly device: GPUDevice,
    graph: Graph,
    private readonly allocation: Allocation,
    private readonly engine: GpuHost,
  ) {
    this.#constants = withViews(graph);
    this.#buffers = allocation.sizes.map((size, slot) =>
      device.createBuffer({
        label: `values ${slot}`,
        size,
        usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
      })
    );
  }

  /** The buffer of a value; of a constant, in the order that `shader` wants as input `position`. */
  bufferOf(value: Value, shader?: Shader, position?: number): GPUBuffer {
    const data = this.#constants.get(value), packing = shader?.packed?.[position!];
    if (data !== undefined) return this.engine.upload(data, packing, value.name);
    if (packing !== undefined) {
      throw new TypeError(
        `Cannot run the network on a GPU: weights "${value.name}" are computed, not constant`,
      );
    }
    return this.#buffers[this.allocation.slots.get(value)!]!;
  }

  /** A small buffer for the settings of one dispatch. */
  uniform(values: readonly number[], label: string): GPUBuffer {
    const buffer = this.device.createBuffer({
      label,
      size: values.length * Float32Array.BYTES_PER_ELEMENT,
      usage: GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
    });
    this.device.queue.writeBuffer(buffer, 0, Float32Array.from(values));
    this.#uniforms.push(buffer);
    return buffer;
  }

  destroy(): void {
    for (const buffer of [...this.#buffers, ...this.#uniforms]) buffer.destroy();
  }
}

/** One shader of a node. */
interface Step {
  readonly node: Node;
  readonly shader: Shader;
  /** What it is called in messages: the op and the node. */
  readonly label: string;
}

/** The shaders of a node. */
function stepsOf(node: Node): Step[] {
  const shaders = opOf(node).shaders(
    node.attributes,
    node.inputs.map((value) => value.shape),
    node.output.shape,
  );
  const label = `${opNameOf(node)} "${node.output.name}"`;
  return shaders.map((shader) => ({ node, shader, label }));
}

function refuseTooMany(device: GPUDevice, { workgroups }: Shader, label: string): void {
  const most = device.limits.maxComputeWorkgroupsPerDimension;
  if (workgroups.some((groups) => groups > most)) {
    throw new RangeError(`Cannot run ${label} on this GPU: its output is too large`);
  }
}

/** Binds a shader to the buffers of its node. */
function bind(
  device: GPUDevice,
  { node, shader, label }: Step,
  pipeline: GPUComputePipeline,
  memory: Memory,
): Dispatch {
  const reads = shader.reads ?? node.inputs.map((_, position) => position);
  const buffers = [
    memory.bufferOf(node.output),
    ...reads.map((position) => memory.bufferOf(node.inputs[position]!, shader, position)),
  ];
  if (shader.uniforms !== undefined) buffers.push(memory.uniform(shader.uniforms, label));
  const bindGroup = device.createBindGroup({
    label,
    layout: pipeline.getBindGroupLayout(0),
    entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
  });
  const { workgroups, variant = "" } = shader;
  return { node, variant, pipeline, bindGroup, workgroups };
}
