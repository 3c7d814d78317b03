/**
 * The engine that runs graphs on the GPU.
 *
 * @module
 */
import type { Engine, Program, Timing } from "../engine.ts";
import { fuse } from "../fuse.ts";
import type { Graph, Value } from "../graph.ts";
import { prepareWithHost } from "../host.ts";
import type { Packing } from "../ops/op.ts";
import { split } from "../split.ts";
import { count, showShape } from "../tensor.ts";
import { describeDevice } from "./device.ts";
import { type GpuHost, GpuProgram } from "./program.ts";
import { Timer } from "./timer.ts";

/** Runs graphs on one device; the constants of all of them are uploaded once. */
export class GpuEngine implements Engine, GpuHost {
  readonly kind = "gpu";
  readonly description: string;
  readonly #device: GPUDevice;
  readonly #owned: boolean;
  readonly #uploads = new Map<Float32Array, Map<string, GPUBuffer>>();
  /** What the work that is being guarded has uploaded. */
  #recent: { readonly orders: Map<string, GPUBuffer>; readonly order: string }[] = [];
  #lost: string | undefined;
  timer: Timer | undefined;

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

  prepare(graph: Graph, outputs: readonly Value[]): Promise<Program> {
    return prepareWithHost(graph, outputs, (rest, wanted) => this.#prepare(rest, wanted));
  }

  async #prepare(graph: Graph, outputs: readonly Value[]): Promise<Program> {
    const { maxStorageBufferBindingSize } = this.#device.limits;
    const ready = fuse(split(graph, maxStorageBufferBindingSize), outputs);
    this.#refuseTooLarge(ready, maxStorageBufferBindingSize);
    return await GpuProgram.create(this.#device, ready, outputs, this);
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
      this.#recent.push({ orders, order });
    }
    return buffer;
  }

  /**
   * Does something with the device, and turns what goes wrong there into errors. The work may not
   * wait for anything: errors belong to whoever gives commands while they are watched for.
   *
   * @throws {Error} if the device runs out of memory, refuses a command or is lost.
   */
  async guard<T>(action: string, work: () => T): Promise<T> {
    this.refuseLost(action);
    const device = this.#device;
    this.#recent = [];
    device.pushErrorScope("out-of-memory");
    device.pushErrorScope("validation");
    let outcome: { readonly result: T } | { readonly failure: unknown };
    try {
      outcome = { result: work() };
    } catch (failure) {
      outcome = { failure };
    }
    const recent = this.#recent;
    const scopes = [device.popErrorScope(), device.popErrorScope()];
    const [refused, exhausted] = await Promise.all(
      scopes.map((scope) => scope.catch(() => null)),
    );
    if ("result" in outcome && !refused && !exhausted) {
      this.refuseLost(action);
      return outcome.result;
    }
    // What was uploaded now may be unusable, and must not be found again.
    for (const { orders, order } of recent) {
      orders.get(order)?.destroy();
      orders.delete(order);
    }
    await this.explainLoss(action);
    if (exhausted) {
      throw new Error(
        `Cannot ${action}: the GPU is out of memory. Use a smaller batch, or the device "cpu"`,
      );
    }
    if ("failure" in outcome) throw outcome.failure;
    throw new Error(`Cannot ${action}: ${refused!.message}`);
  }

  /**
   * Looks whether a command failed because the device is lost: a lost device refuses its commands
   * first, and says why later.
   *
   * @throws {Error} if it is.
   */
  async explainLoss(action: string): Promise<void> {
    await Promise.race([this.#device.lost, new Promise((resolve) => setTimeout(resolve, 50))]);
    this.refuseLost(action);
  }

  /**
   * Refuses to go on without a device.
   *
   * @throws {Error} if the device is lost.
   */
  refuseLost(action: string): void {
    if (this.#lost !== undefined) {
      throw new Error(`Cannot ${action}: the GPU was lost (${this.#lost}). Load the network again`);
    }
  }

  async profile(run: () => Promise<unknown>): Promise<Timing[]> {
    const timer = this.timer = new Timer(this.#device);
    try {
      await run();
      return await timer.read();
    } finally {
      this.timer = undefined;
      timer.destroy();
    }
  }

  destroy(): void {
    for (const orders of this.#uploads.values()) {
      for (const buffer of orders.values()) buffer.destroy();
    }
    this.#uploads.clear();
    if (this.#owned) this.#device.destroy();
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
