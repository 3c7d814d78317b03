/**
 * The threads that run kernels: workers with a shared memory, or the calling thread alone.
 *
 * Starting workers takes as long as a run of a small network. So they start with the first run that
 * is large, or with the second of two small ones in quick succession. They sleep between runs, and
 * end after a moment without one, so that they keep no process alive.
 *
 * @module
 */
import { rest } from "../rest.ts";

/** Functions of the parameter address, the chunk, and the thread's scratch address. */
type Kernels = Readonly<
  Record<number, (parameters: number, chunk: number, own: number) => void>
>;

/** A table of steps in memory, four integers each: kernel, parameters, chunks, and chunks taken. */
export interface Steps {
  /** Identifies the module. */
  readonly id: number;
  readonly module: WebAssembly.Module;
  readonly kernels: Kernels;
  readonly address: number;
  readonly count: number;
  /** The address of the first thread's scratch memory, and the bytes per thread. */
  readonly own: number;
  readonly ownBytes: number;
  /** Their work, in units of the least for which threads pay. */
  readonly worth: number;
}

/** The bytes of a step in such a table. */
export const stepBytes = 16;

/** The platform's `Worker`, saved because onnxruntime-web later replaces the global with Node's. */
const { Worker } = globalThis;
/** How long workers wait for another run, in milliseconds. */
const patience = 500;
/** The least work for which a single run starts workers, in the units of `worth`. */
const worthStarting = 1000;

/**
 * Runs steps together with other threads: each takes the next chunk until none is left, then waits
 * at a barrier. It refers to nothing outside, since its source is part of the workers' program.
 *
 * @param barrier The address of the barrier: the number of waiting threads, and the generation.
 */
function runSteps(
  kernels: Kernels,
  memory: WebAssembly.Memory,
  address: number,
  count: number,
  own: number,
  threads: number,
  barrier: number,
): void {
  const ints = new Int32Array(memory.buffer);
  const waiting = barrier / 4, generation = waiting + 1;
  for (let i = 0; i < count; i++) {
    const step = address / 4 + 4 * i, taken = step + 3;
    const kernel = kernels[ints[step]!]!, parameters = ints[step + 1]!, chunks = ints[step + 2]!;
    for (;;) {
      const chunk = Atomics.add(ints, taken, 1);
      if (chunk >= chunks) break;
      kernel(parameters, chunk, own);
    }
    const now = Atomics.load(ints, generation);
    if (Atomics.add(ints, waiting, 1) === threads - 1) {
      ints[taken] = 0;
      ints[waiting] = 0;
      Atomics.add(ints, generation, 1);
      Atomics.notify(ints, generation);
    } else {
      // Spins at first, since sleeping and being woken may take longer than the wait.
      let spins = 5000;
      while (Atomics.load(ints, generation) === now) {
        if (--spins < 0) Atomics.wait(ints, generation, now);
      }
    }
  }
}

/**
 * The source of a worker. Its messages: the number of a module, what to run of it (without it, the
 * module is dropped) and, the first time, the module itself and the memory.
 */
const program = () => `
  const run = ${runSteps};
  const known = new Map();
  onmessage = ({ data: [id, steps, module, memory] }) => {
    if (module) {
      const { exports } = new WebAssembly.Instance(module, { m: { m: memory } });
      known.set(id, [exports, memory]);
    }
    if (steps) {
      run(...known.get(id), ...steps);
      postMessage(0);
    } else known.delete(id);
  };
`;

/** The threads of an engine. */
export class Threads {
  readonly #memory: WebAssembly.Memory;
  readonly #count: number;
  readonly #barrier: number;
  #workers: Worker[] = [];
  /** The modules that the workers have. */
  readonly #known = new Set<number>();
  /** Ends idle workers. */
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether the calling thread does all work. */
  #alone: boolean;
  #destroyed = false;
  /** Rejects the run that the workers are doing. */
  #giveUp = () => {};

  /** @param barrier The address of eight bytes for the barrier. */
  constructor(memory: WebAssembly.Memory, count: number, barrier: number) {
    this.#memory = memory;
    this.#count = count;
    this.#barrier = barrier;
    this.#alone = count === 1;
  }

  /**
   * Runs steps in order. Runs must not overlap.
   *
   * @throws {Error} if the threads are destroyed meanwhile.
   */
  async run(steps: Steps): Promise<void> {
    if (this.#destroyed) throw destroyedMeanwhile();
    if (this.#alone || steps.worth < 1) return await this.#runAlone(steps);
    const rested = this.#timer === undefined;
    clearTimeout(this.#timer);
    try {
      if (steps.worth < worthStarting && rested) await this.#runAlone(steps);
      else await this.#runTogether(steps);
    } finally {
      if (!this.#destroyed) this.#timer = setTimeout(() => this.#end(), patience);
    }
  }

  /** Runs steps on the workers or, if those fail, on the calling thread. */
  async #runTogether(steps: Steps): Promise<void> {
    try {
      await this.#runOnWorkers(steps);
    } catch (error) {
      if (this.#destroyed) throw error;
      // Workers are forbidden here, or run out of memory. The steps are run again from the start.
      this.#end();
      this.#alone = true;
      await this.#runAlone(steps);
    }
  }

  /** Runs steps on the calling thread, ignoring the counters of chunks taken. */
  async #runAlone({ kernels, address, count, own }: Steps): Promise<void> {
    let start = performance.now();
    for (let i = 0; i < count; i++) {
      const step = new Int32Array(this.#memory.buffer, address + stepBytes * i, 3);
      const [kernel, parameters, chunks] = step as unknown as [number, number, number];
      for (let chunk = 0; chunk < chunks; chunk++) kernels[kernel]!(parameters, chunk, own);
      start = await rest(start);
    }
  }

  /** Drops a module from the workers. */
  forget(id: number): void {
    if (!this.#known.delete(id)) return;
    for (const worker of this.#workers) worker.postMessage([id]);
  }

  /** Ends the workers for good. */
  destroy(): void {
    this.#destroyed = true;
    this.#giveUp();
    this.#end();
  }

  /** Ends the workers; they start again when they are needed. */
  #end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const worker of this.#workers) worker.terminate();
    this.#workers = [];
    this.#known.clear();
  }

  /** Has each worker run the steps, each with scratch memory of its own. */
  async #runOnWorkers({ id, module, address, count, own, ownBytes }: Steps): Promise<void> {
    if (this.#workers.length === 0) this.#workers = startWorkers(this.#count);
    const isNew = !this.#known.has(id);
    this.#known.add(id);
    const stopped = new Promise<never>((_, reject) => {
      this.#giveUp = () => reject(destroyedMeanwhile());
    });
    const runs = this.#workers.map((worker, thread) =>
      new Promise<void>((resolve, reject) => {
        worker.onmessage = () => resolve();
        worker.onerror = (event) => {
          event.preventDefault();
          reject(event);
        };
        const steps = [address, count, own + thread * ownBytes, this.#count, this.#barrier];
        worker.postMessage([id, steps, ...isNew ? [module, this.#memory] : []]);
      })
    );
    await Promise.race([stopped, Promise.all(runs)]);
  }
}

function destroyedMeanwhile(): Error {
  return new Error("Cannot run network: it was destroyed meanwhile");
}

function startWorkers(count: number): Worker[] {
  const url = URL.createObjectURL(new Blob([program()], { type: "text/javascript" }));
  try {
    return Array.from({ length: count }, () => new Worker(url, { type: "module" }));
  } finally {
    // By then, even workers that are still starting have loaded the program.
    setTimeout(() => URL.revokeObjectURL(url), 0);
  }
}
