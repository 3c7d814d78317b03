/**
 * The engine that runs graphs on the GPU.
 *
 * @module
 */
import type { Engine, Program } from "../engine.ts";
import { fuse } from "../fuse.ts";
import { type Graph, prune, type Value } from "../graph.ts";
import type { Packing } from "../ops/op.ts";
import { split } from "../split.ts";
import { count, showShape } from "../tensor.ts";
import { describeDevice } from "./device.ts";
import { GpuProgram } from "./program.ts";

/** The last thing that each device has been asked to do. */
const queues = new WeakMap<GPUDevice, Promise<unknown>>();

/** Runs graphs on one device; the constants of all of them are uploaded once. */
export class GpuEngine implements Engine {
  readonly kind = "gpu";
  readonly description: string;
  readonly #device: GPUDevice;
  readonly #owned: boolean;
  readonly #uploads = new Map<Float32Array, Map<string, GPUBuffer>>();
  #lost: string | undefined;

  /**
   * @param device The device to run on.
   * @param owned Whether the engine destroys the device when it is destroyed itself.
   */
  constructor(device: GPUDevice, owned: boolean) {
    this.#device = device;
    this.#owned = owned;
    this.description = describeDevice(device);
    device.lost.then(({ message, reason }) => {
      this.#lost = message || reason || "no reason given";
    });
  }

  async prepare(graph: Graph, outputs: readonly Value[]): Promise<Program> {
    const { maxStorageBufferBindingSize } = this.#device.limits;
    const pruned = fuse(split(prune(graph, outputs), maxStorageBufferBindingSize), outputs);
    this.#refuseTooLarge(pruned, maxStorageBufferBindingSize);
    return await this.guard(
      "prepare the network",
      () => GpuProgram.create(this.#device, pruned, outputs, this),
    );
  }

  /** The buffer that holds a constant, in the order a shader wants. Uploaded at the first call. */
  upload(data: Float32Array, packing: Packing | undefined, label: string): GPUBuffer {
    let orders = this.#uploads.get(data);
    if (orders === undefined) this.#uploads.set(data, orders = new Map());
    const order = packing?.name ?? "";
    let buffer = orders.get(order);
    if (buffer === undefined) {
      const values = packing === undefined ? data : packing.pack(data);
      buffer = this.#device.createBuffer({
        label,
        size: Math.max(4, values.byteLength),
        usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC,
      });
      this.#device.queue.writeBuffer(buffer, 0, values as Float32Array<ArrayBuffer>);
      orders.set(order, buffer);
    }
    return buffer;
  }

  /**
   * Does something with the device, and turns what goes wrong there into errors. What else there
   * is to do waits: runs share buffers, and a device cannot tell whose error it reports.
   *
   * @throws {Error} if the device runs out of memory, refuses a command or is lost.
   */
  guard<T>(action: string, work: () => Promise<T>): Promise<T> {
    const before = queues.get(this.#device) ?? Promise.resolve();
    const result = before.then(() => this.#guardNow(action, work));
    queues.set(this.#device, result.catch(() => {}));
    return result;
  }

  async #guardNow<T>(action: string, work: () => Promise<T>): Promise<T> {
    this.#refuseLost(action);
    const device = this.#device;
    device.pushErrorScope("out-of-memory");
    device.pushErrorScope("validation");
    let result: T | undefined, failure: unknown;
    try {
      result = await work();
    } catch (error) {
      failure = error;
    }
    const refused = await device.popErrorScope();
    const exhausted = await device.popErrorScope();
    // A device that was lost refuses its commands first, and says why later.
    if (failure !== undefined || refused !== null) await new Promise((go) => setTimeout(go));
    this.#refuseLost(action);
    if (exhausted !== null) {
      throw new Error(
        `Cannot ${action}: the GPU is out of memory. Use a smaller batch, or the device "cpu"`,
      );
    }
    if (failure !== undefined) throw failure;
    if (refused !== null) throw new Error(`Cannot ${action}: ${refused.message}`);
    return result!;
  }

  destroy(): void {
    for (const orders of this.#uploads.values()) {
      for (const buffer of orders.values()) buffer.destroy();
    }
    this.#uploads.clear();
    if (this.#owned) this.#device.destroy();
  }

  #refuseLost(action: string): void {
    if (this.#lost !== undefined) {
      throw new Error(`Cannot ${action}: the GPU was lost (${this.#lost}). Load the network again`);
    }
  }

  #refuseTooLarge(graph: Graph, limit: number): void {
    const values = [
      ...graph.inputs,
      ...graph.constants.keys(),
      ...graph.nodes.map((n) => n.output),
    ];
    for (const { name, shape } of values) {
      const bytes = count(shape) * Float32Array.BYTES_PER_ELEMENT;
      if (bytes > limit) {
        throw new RangeError(
          `Cannot run "${name}" on this GPU: ${showShape(shape)} takes ${bytes} bytes, but the ` +
            `GPU binds at most ${limit}. Use a smaller batch or input, or the device "cpu"`,
        );
      }
    }
  }
}
