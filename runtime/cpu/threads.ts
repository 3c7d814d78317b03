/**
 * The threads that run kernels: workers over one memory, or the calling thread alone.
 *
 * Workers start with the first run that is worth it: to start them takes as long as a small network,
 * of which the second run counts that follows soon. They sleep between two runs, and end when they
 * have had nothing to do for a moment, so that no program is kept from ending.
 *
 * @module
 */

/** Functions of the address of parameters, the chunk, and the address of the thread's own bytes. */
type Kernels = Readonly<
  Record<number, (parameters: number, chunk: number, own: number) => void>
>;

/** Steps in memory: four integers each, which are kernel, parameters, chunks and chunks taken. */
export interface Steps {
  /** Tells the module from others. */
  readonly id: number;
  readonly module: WebAssembly.Module;
  readonly kernels: Kernels;
  readonly address: number;
  readonly count: number;
  /** Where the bytes of the first thread are, and how many each thread has. */
  readonly own: number;
  readonly ownBytes: number;
  /** How many times as much work they are as is worth waking threads for. */
  readonly worth: number;
}

/** The platform's own, whatever libraries put in its place later: onnxruntime-web puts Node's. */
const { Worker } = globalThis;
/** For how many milliseconds workers wait for another run. */
const patience = 500;
/** How many times as much work is worth starting threads for, if it is the only run for a while. */
const worthStarting = 1000;
/** For how many milliseconds the calling thread does nothing else, if no step is longer. */
const politeness = 50;

/**
 * Runs steps together with other threads: each takes the next chunk until none is left, then waits
 * for the others. It uses nothing from outside, since its text is part of the workers' program.
 *
 * @param gate Where the number of waiting threads is, and after it how often all have come.
 */
function runSteps(
  kernels: Kernels,
  memory: WebAssembly.Memory,
  address: number,
  count: number,
  own: number,
  threads: number,
  gate: number,
): void {
  const ints = new Int32Array(memory.buffer);
  gate /= 4;
  for (let step = address / 4; step < address / 4 + 4 * count; step += 4) {
    const kernel = kernels[ints[step]!]!, chunks = ints[step + 2]!;
    for (let chunk; (chunk = Atomics.add(ints, step + 3, 1)) < chunks;) {
      kernel(ints[step + 1]!, chunk, own);
    }
    const round = Atomics.load(ints, gate + 1);
    if (Atomics.add(ints, gate, 1) === threads - 1) {
      ints[step + 3] = ints[gate] = 0;
      Atomics.add(ints, gate + 1, 1);
      Atomics.notify(ints, gate + 1);
    } else {
      let spins = 5000;
      while (Atomics.load(ints, gate + 1) === round) {
        if (--spins < 0) Atomics.wait(ints, gate + 1, round);
      }
    }
  }
}

/** What a worker does. */
const program = () => `
const run = ${runSteps}, known = new Map();
onmessage = ({ data: [id, steps, module, memory] }) => {
  if (module) {
    const { exports } = new WebAssembly.Instance(module, { m: { m: memory } });
    known.set(id, [exports, memory]);
  }
  if (steps) run(...known.get(id), ...steps), postMessage(0);
  else known.delete(id);
};`;

/** The threads of an engine. */
export class Threads {
  readonly #memory: WebAssembly.Memory;
  readonly #count: number;
  readonly #gate: number;
  #workers: Worker[] = [];
  /** The modules that the workers know. */
  readonly #known = new Set<number>();
  /** Ends the workers when they have waited for long enough. */
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Whether the calling thread does everything. */
  #alone: boolean;
  #destroyed = false;
  /** Gives up on what the workers are doing. */
  #giveUp = () => {};

  /**
   * @param gate The address of eight bytes where threads wait for each other.
   */
  constructor(memory: WebAssembly.Memory, count: number, gate: number) {
    this.#memory = memory;
    this.#count = count;
    this.#gate = gate;
    this.#alone = count === 1;
  }

  /**
   * Runs steps, one after the other. Nothing else may run meanwhile.
   *
   * @throws {Error} if the threads are destroyed before all is done.
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

  async #runTogether(steps: Steps): Promise<void> {
    try {
      await this.#together(steps);
    } catch (error) {
      if (this.#destroyed) throw error;
      // Workers are forbidden here, or have no memory. What they may have begun begins again.
      this.#end();
      this.#alone = true;
      await this.#runAlone(steps);
    }
  }

  /** Runs steps on the calling thread, without a look at what others might have taken. */
  async #runAlone({ kernels, address, count, own }: Steps): Promise<void> {
    let pause = performance.now() + politeness;
    for (let i = 0; i < count; i++) {
      const [kernel, parameters, chunks] = new Int32Array(this.#memory.buffer, address + 16 * i, 3);
      for (let chunk = 0; chunk < chunks!; chunk++) kernels[kernel!]!(parameters!, chunk, own);
      if (performance.now() > pause) {
        await new Promise((resolve) => setTimeout(resolve));
        pause = performance.now() + politeness;
      }
    }
  }

  /** Lets the workers forget a module. */
  forget(id: number): void {
    if (this.#known.delete(id)) { for (const worker of this.#workers) worker.postMessage([id]); }
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

  async #together({ id, module, address, count, own, ownBytes }: Steps): Promise<void> {
    if (this.#workers.length === 0) this.#workers = startWorkers(this.#count);
    const isNew = !this.#known.has(id);
    this.#known.add(id);
    const stopped = new Promise<never>((_, reject) =>
      this.#giveUp = () => reject(destroyedMeanwhile())
    );
    const runs = this.#workers.map((worker, thread) =>
      new Promise<void>((resolve, reject) => {
        worker.onmessage = () => resolve();
        worker.onerror = (event) => {
          event.preventDefault();
          reject(event);
        };
        const steps = [address, count, own + thread * ownBytes, this.#count, this.#gate];
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
    // Workers that are still starting have the program already in Deno, and in browsers by then.
    setTimeout(() => URL.revokeObjectURL(url), 0);
  }
}
