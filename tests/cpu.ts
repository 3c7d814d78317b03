/**
 * The CPU engines of tests: with and without fused multiply-add, on one thread and on two.
 *
 * @module
 */
import { CpuEngine, type CpuOptions } from "../runtime/cpu/engine.ts";

/**
 * The options. With two threads, even the smallest program is cut into chunks for both, and weights
 * are loaded in the way for platforms that check every access.
 */
export const cpuOptions: readonly CpuOptions[] = [true, false].flatMap((fma) =>
  [1, 2].map((threads) => ({ threads, fma, worthThreads: 0, readsFreely: threads === 1 }))
);

/** The engines, one for each set of options. */
export const cpus: readonly CpuEngine[] = cpuOptions.map((options) => new CpuEngine(options));
