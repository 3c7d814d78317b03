/**
 * Measures on the GPU how long each dispatch of a run takes.
 *
 * @module
 */
import type { Timing } from "../engine.ts";

/** The most dispatches of a run that are measured: a query set holds at most 4096 timestamps. */
const maxDispatches = 2048;

/** What identifies a measured dispatch. */
export type Timed = Omit<Timing, "milliseconds">;

/** The timestamps of one run, each dispatch in a pass of its own. */
export class Timer {
  readonly #timed: Timed[] = [];
  readonly #queries: GPUQuerySet;
  readonly #resolved: GPUBuffer;
  readonly #times: GPUBuffer;

  /** @throws {Error} if the device has no timestamp queries. */
  constructor(device: GPUDevice) {
    if (!device.features.has("timestamp-query")) {
      throw new Error("Cannot profile the network: this GPU has no timestamp queries");
    }
    const { QUERY_RESOLVE, COPY_SRC, COPY_DST, MAP_READ } = GPUBufferUsage;
    const size = maxDispatches * 2 * BigUint64Array.BYTES_PER_ELEMENT;
    this.#queries = device.createQuerySet({ type: "timestamp", count: maxDispatches * 2 });
    this.#resolved = device.createBuffer({ size, usage: QUERY_RESOLVE | COPY_SRC });
    this.#times = device.createBuffer({ size, usage: COPY_DST | MAP_READ });
  }

  /** Begins the pass of the next dispatch. */
  begin(encoder: GPUCommandEncoder, timed: Timed): GPUComputePassEncoder {
    const first = 2 * this.#timed.length;
    if (first >= maxDispatches * 2) return encoder.beginComputePass();
    this.#timed.push(timed);
    return encoder.beginComputePass({
      timestampWrites: {
        querySet: this.#queries,
        beginningOfPassWriteIndex: first,
        endOfPassWriteIndex: first + 1,
      },
    });
  }

  /** Resolves the timestamps and copies them to a mappable buffer. */
  end(encoder: GPUCommandEncoder): void {
    const count = 2 * this.#timed.length, bytes = count * BigUint64Array.BYTES_PER_ELEMENT;
    encoder.resolveQuerySet(this.#queries, 0, count, this.#resolved, 0);
    encoder.copyBufferToBuffer(this.#resolved, 0, this.#times, 0, bytes);
  }

  /** The measured times, once the run has ended. */
  async read(): Promise<Timing[]> {
    await this.#times.mapAsync(GPUMapMode.READ);
    const times = new BigUint64Array(this.#times.getMappedRange());
    return this.#timed.map(({ node, op, variant, work, macs }, i) => ({
      node,
      op,
      variant,
      work,
      macs,
      milliseconds: Number(times[2 * i + 1]! - times[2 * i]!) / 1e6,
    }));
  }

  destroy(): void {
    for (const owned of [this.#queries, this.#resolved, this.#times]) owned.destroy();
  }
}
