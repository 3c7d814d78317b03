/**
 * What programs share: the engine that they belong to, as they see it.
 *
 * @module
 */
import type { Timing } from "../engine.ts";
import type { Target } from "./assembler.ts";
import type { Arena } from "./memory.ts";
import type { Threads } from "./threads.ts";

/** Writes constants in another order to where there may be anything. */
export type Pack = (to: Float32Array, ...data: readonly Float32Array[]) => void;

/** Functions of integers, by the indices that they have in their module. */
export type Tools = Readonly<Record<number, (...parameters: number[]) => void>>;

/** What a program needs of the engine that it belongs to. */
export interface CpuHost {
  readonly arena: Arena;
  readonly threads: Threads;
  readonly threadCount: number;
  readonly target: Target;
  /** The multiply-accumulates from which on a program is worth waking threads for. */
  readonly worthThreads: number;
  /** Where the times of each step go, while somebody wants to know them. */
  readonly timings: Timing[] | undefined;
  /** What makes constants ready. */
  readonly tools: Tools;
  /** The address of constants in another order, which are so many numbers then. */
  packed(order: string, data: readonly Float32Array[], length: number, pack: Pack): number;
  /** Runs work when the work before it has ended. */
  enqueue<T>(work: () => Promise<T>): Promise<T>;
}
