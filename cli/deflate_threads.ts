/**
 * Compresses weights on other threads, while this one reads and rounds the next ones.
 *
 * Another thread starts when all are busy. Until it is ready the calling thread compresses, so that it
 * never waits for a thread that cannot start.
 *
 * @module
 */
import {
  type Compressor,
  deflateBlock,
  endOfStream,
  largestBlock,
} from "../lib/emit/deflate/huffman.ts";

/** The numbers of the state that a thread shares: one of `states`, and a length in bytes. */
export const slots = { state: 0, length: 1 } as const;

/** States of a thread. */
export const states = {
  starting: 0,
  /** It waits for a piece. */
  idle: 1,
  /** It compresses the piece of that length. */
  busy: 2,
  /** Its block of that length is complete. */
  done: 3,
  failed: 4,
  ended: 5,
} as const;

/** The memory that a thread shares. */
export interface SharedMemory {
  readonly state: Int32Array;
  readonly piece: Uint8Array;
  readonly block: Uint8Array;
}

/** Pieces from this size on are worth a thread's attention. */
const large = 1 << 18;
/** The size of the largest pieces that are handed over. */
const largest = 1 << 22;
/** Reading a file does not keep more threads busy. */
const mostThreads = 7;
/** How many blocks may wait for one before them. */
const mostBlocks = 16;

/** A block that a thread may not have finished. */
interface Block {
  isFinished(): boolean;
  /** Waits for the block, and returns it; only once. */
  take(): Uint8Array;
}

function finished(block: Uint8Array): Block {
  return { isFinished: () => true, take: () => block };
}

/** Threads that compress. */
export class DeflateThreads {
  readonly #threads: Thread[] = [];

  /** The number of threads that wait for a piece. */
  get idle(): number {
    return this.#threads.filter(({ current }) => current === states.idle).length;
  }

  /** Compresses pieces to one block each, like `deflateByHuffman`. */
  readonly compressor: Compressor = (pieces) => this.#compress(pieces);

  *#compress(pieces: Iterable<Uint8Array>): Generator<Uint8Array> {
    const blocks: Block[] = [];
    for (const piece of pieces) {
      const isFit = piece.length >= large && piece.length <= largest;
      const thread = isFit ? this.#idleThread() : undefined;
      blocks.push(thread?.compress(piece) ?? finished(deflateBlock(piece)));
      while (blocks[0]?.isFinished() || blocks.length > mostBlocks) yield blocks.shift()!.take();
    }
    for (const block of blocks) yield block.take();
    yield endOfStream;
  }

  /** An idle thread; if all are busy, another one starts. */
  #idleThread(): Thread | undefined {
    const threads = this.#threads;
    const idle = threads.find(({ current }) => current === states.idle);
    const isStarting = threads.some(({ current }) => current === states.starting);
    const limit = Math.min(mostThreads, navigator.hardwareConcurrency - 1);
    if (idle === undefined && !isStarting && threads.length < limit) threads.push(new Thread());
    return idle;
  }

  [Symbol.dispose](): void {
    this.#threads.forEach((thread) => thread.end());
  }
}

class Thread {
  readonly #memory: SharedMemory;
  readonly #worker: Worker;

  constructor() {
    const shared = (bytes: number) => new Uint8Array(new SharedArrayBuffer(bytes));
    const state = new Int32Array(shared(2 * Int32Array.BYTES_PER_ELEMENT).buffer);
    this.#memory = { state, piece: shared(largest), block: shared(largestBlock(largest)) };
    this.#worker = new Worker(import.meta.resolve("./deflate_worker.ts"), { type: "module" });
    // It then stays in its first state.
    this.#worker.addEventListener("error", (event) => event.preventDefault());
    this.#worker.postMessage(this.#memory);
  }

  get current(): number {
    return Atomics.load(this.#memory.state, slots.state);
  }

  /** Starts to compress a piece. The thread is idle again once the block is taken. */
  compress(bytes: Uint8Array): Block {
    const { state, piece, block } = this.#memory;
    piece.set(bytes);
    state[slots.length] = bytes.length;
    enter(state, states.busy);
    return {
      isFinished: () => this.current !== states.busy,
      take: () => {
        Atomics.wait(state, slots.state, states.busy);
        const isDone = this.current === states.done;
        const result = isDone
          ? block.slice(0, state[slots.length])
          : deflateBlock(piece.slice(0, bytes.length));
        enter(state, states.idle);
        return result;
      },
    };
  }

  end(): void {
    // A waiting thread cannot be terminated.
    enter(this.#memory.state, states.ended);
    this.#worker.terminate();
  }
}

/** Sets the state, and wakes the other side. */
function enter(state: Int32Array, next: number): void {
  Atomics.store(state, slots.state, next);
  Atomics.notify(state, slots.state);
}
