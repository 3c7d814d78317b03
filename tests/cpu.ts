/**
 * The CPU engine as tests run it: with and without fused multiply-add, on one thread and on two.
 *
 * @module
 */
import { CpuEngine, type CpuOptions } from "../runtime/cpu/engine.ts";

/**
 * The ways; with two threads even the smallest program is cut into chunks for both, and weights are
 * loaded as where each access is checked.
 */
export const cpuOptions: readonly CpuOptions[] = [true, false].flatMap((fma) =>
  [1, 2].map((threads) => ({ threads, fma, worthThreads: 0, readsFreely: threads === 1 }))
);

/** The engine in each of its ways. */
export const cpus: readonly CpuEngine[] = cpuOptions.map((options) => new CpuEngine(options));
