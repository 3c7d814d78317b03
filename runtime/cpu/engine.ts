/**
 * The CPU engine: WebAssembly SIMD kernels, on threads where memory can be shared.
 *
 * @module
 */
import { allocate } from "../allocation.ts";
import type { Engine, Numbers, Program, Timing } from "../engine.ts";
import { fuse } from "../fuse.ts";
import { getOrInsertComputed } from "../get_or_insert_computed.ts";
import { type Graph, resultsOf, type Value } from "../graph.ts";
import { firstTurn, prepareWithHost } from "../host.ts";
import { unfold } from "../unfold.ts";
import { Module, set, type Target } from "../wasm/assembler.ts";
import type { CpuServices, Pack, Tools } from "./services.ts";
import { Layout } from "./layout.ts";
import { Arena, mostPages } from "./memory.ts";
import { CpuProgram } from "./program.ts";
import { Threads } from "./threads.ts";
import { makeTools } from "./winograd.ts";

/** Settings of the CPU engine. */
export interface CpuOptions {
  /** The number of threads. By default, one per core where the platform shares memory, else 1. */
  readonly threads?: number;
  /** Whether to use fused multiply-add where there is one. */
  readonly fma?: boolean;
  /** The multiply-accumulates above which a program uses threads. */
  readonly worthThreads?: number;
  /** Whether loads cost no bounds check; by default, what is known of the platform. */
  readonly readsFreely?: boolean;
}

/** Most platforms leave bounds checks to guard pages; Deno compares each address. */
const guardsMemory = !globalThis.navigator?.userAgent?.startsWith("Deno/");

/** Runs graphs on the CPU. Constants are packed once and shared by all programs. */
export class CpuEngine implements Engine, CpuServices {
  readonly description: string;
  readonly arena: Arena;
  readonly threads: Threads;
  readonly threadCount: number;
  readonly target: Target;
  readonly worthThreads: number;
  tools!: Tools;
  timings: Timing[] | undefined;
  readonly #packed = new Map<Float32Array, Map<string, number>>();
  readonly #numbers = new WeakMap<Float32Array, number>();
  #count = 0;
  #queue: Promise<unknown> = Promise.resolve();

  /**
   * @throws {TypeError} if `threads` is not a positive integer.
   * @throws {Error} if WebAssembly is missing or has no SIMD.
   */
  constructor(
    { threads, fma = true, worthThreads = 2e6, readsFreely = guardsMemory }: CpuOptions = {},
  ) {
    if (threads !== undefined && !(Number.isInteger(threads) && threads >= 1)) {
      throw new TypeError(`Cannot run on ${threads} threads: it takes a whole number from 1 on`);
    }
    if (!hasSimd()) {
      throw new Error(
        "Cannot run on the CPU: WebAssembly is missing here, has no SIMD, or is forbidden (a page's " +
          "Content-Security-Policy must allow 'wasm-unsafe-eval'). Use a GPU or the device " +
          '"reference", which is slow',
      );
    }
    const canShare = typeof SharedArrayBuffer !== "undefined" && typeof Worker !== "undefined";
    this.worthThreads = worthThreads;
    this.threadCount = canShare ? threads ?? globalThis.navigator?.hardwareConcurrency ?? 1 : 1;
    const shared = this.threadCount > 1;
    this.target = {
      fma: fma && accepts(true),
      readsFreely,
      pages: shared ? mostPages : undefined,
    };
    this.arena = new Arena(shared);
    this.threads = new Threads(this.arena.memory, this.threadCount, this.arena.allocate(8));
    this.description = `the CPU, ${shared ? `${this.threadCount} threads` : "one thread"}`;
  }

  prepare(graph: Graph, outputs: readonly Value[]): Promise<Program> {
    return prepareWithHost(graph, outputs, async (cut, wanted) => {
      this.tools ??= await makeTools(this.target, this.arena.memory);
      return await CpuProgram.create(readied(cut, wanted), wanted, this);
    });
  }

  /** Packs the constants of a graph as they arrive. */
  async expect(graph: Graph, numbers: Numbers): Promise<void> {
    const [cut, wanted] = firstTurn(graph, resultsOf(graph));
    this.tools ??= await makeTools(this.target, this.arena.memory);
    const asked: Parameters<CpuServices["packed"]>[] = [];
    const packed: CpuServices["packed"] = (...packing) => {
      asked.push(packing);
      return 0;
    };
    // A dry run of the layout, on an engine that only records which constants it is asked to pack.
    const notes = Object.create(this, { packed: { value: packed } });
    const ready = readied(cut, wanted), module = new Module(this.target);
    new Layout(notes, ready, allocate(ready, wanted), module).lower();
    await Promise.all(asked.map(async ([name, zeros, length, pack]) => {
      const data = await Promise.all(zeros.map(numbers));
      if (data.every((each) => each !== undefined)) this.packed(name, data, length, pack);
    }));
  }

  packed(name: string, data: readonly Float32Array[], length: number, pack: Pack): number {
    const [first, ...others] = data;
    const forms = getOrInsertComputed(this.#packed, first!, () => new Map());
    const form = [name, ...others.map((other) => this.#numberOf(other))].join();
    return getOrInsertComputed(forms, form, () => {
      const address = this.arena.allocate(4 * length);
      pack(this.arena.floats(address, length), ...data);
      return address;
    });
  }

  enqueue<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => {});
    return result;
  }

  /** Measures each step of a run; each step waits for the one before. */
  async profile(run: () => Promise<unknown>): Promise<Timing[]> {
    const timings: Timing[] = this.timings = [];
    try {
      await run();
      return timings;
    } finally {
      this.timings = undefined;
    }
  }

  destroy(): void {
    this.threads.destroy();
  }

  #numberOf(data: Float32Array): number {
    return getOrInsertComputed(this.#numbers, data, () => this.#count++);
  }
}

/** The most bytes that an unfolded volume may take. */
const mostUnfolded = 2 ** 28;

/** The graph as kernels compute it: unfolded, and with epilogues fused. */
function readied(graph: Graph, outputs: readonly Value[]): Graph {
  return fuse(unfold(graph, outputs, mostUnfolded), outputs);
}

/** Whether WebAssembly is available and has SIMD. */
export function hasSimd(): boolean {
  return accepts(false);
}

/** Whether WebAssembly compiles a module with SIMD, and with relaxed SIMD's `fma` if asked. */
function accepts(fma: boolean): boolean {
  const module = new Module({ fma, pages: undefined });
  module.define("", 0, (f) => {
    const x = f.vector();
    return set(x, module.fma(x, x, x));
  });
  try {
    // `validate` does not tell whether compilation is forbidden, as a page's policy may do.
    new WebAssembly.Module(module.encode());
    return true;
  } catch {
    return false;
  }
}
