/**
 * The CPU engine as tests run it: with and without fused multiply-add, on one thread and on two.
 *
 * @module
 */
import { CpuEngine } from "../runtime/cpu/engine.ts";

/** The engines; with two threads even the smallest program is cut into chunks for both. */
export const cpus: readonly CpuEngine[] = [true, false].flatMap((fma) =>
  [1, 2].map((threads) => new CpuEngine({ threads, fma, worthThreads: 0 }))
);
