/**
 * What the CPU engine does for its programs.
 *
 * @module
 */
import type { Timing } from "../engine.ts";
import type { Target } from "../wasm/assembler.ts";
import type { Arena } from "./memory.ts";
import type { Threads } from "./threads.ts";

/** Writes packed constants to memory that is not zeroed. */
export type Pack = (to: Float32Array, ...data: readonly Float32Array[]) => void;

/** Packing functions in WebAssembly, by their indices in their module. */
export type Tools = Readonly<Record<number, (...parameters: number[]) => void>>;

/** What a program needs of the engine that it belongs to. */
export interface CpuServices {
  readonly arena: Arena;
  readonly threads: Threads;
  readonly threadCount: number;
  readonly target: Target;
  /** The multiply-accumulates above which a program uses threads. */
  readonly worthThreads: number;
  /** Collects the time of each step while a profile is taken. */
  readonly timings: Timing[] | undefined;
  /** Functions that pack constants. */
  readonly tools: Tools;
  /**
   * The address of packed constants, which take `length` floats; packed at the first request.
   *
   * @param name Identifies the packing.
   */
  packed(name: string, data: readonly Float32Array[], length: number, pack: Pack): number;
  /** Runs work when all work queued before it has ended. */
  enqueue<T>(work: () => Promise<T>): Promise<T>;
}
