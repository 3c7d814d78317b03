/**
 * The time of each kernel for each convolution of a network: what the defaults should be on a GPU.
 *
 * @module
 */
import { timesByWork } from "../lib/autotune.ts";
import { Network } from "../runtime/network.ts";
import { bundleOf } from "./contenders/kaffe.ts";
import type { Race } from "./networks.ts";

/** The shortest milliseconds of a run by work and kernel; the first kernel is the default. */
export type KernelTimes = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** The profiled runs of each kernel. */
const runs = 5;

/**
 * Measures all kernels of a network, in rounds: each runs the next kernel of every convolution.
 *
 * @param seconds After so many seconds no further round begins.
 * @param onRound Receives all times so far.
 */
export async function timeKernels(
  { graph, input }: Race,
  seconds: number,
  onRound: (times: KernelTimes) => Promise<void>,
): Promise<void> {
  const bundle = bundleOf(graph), start = performance.now();
  const times: Record<string, Record<string, number>> = {};
  for (let round = 0, rounds = 1; round < rounds; round++) {
    if (performance.now() - start > seconds * 1000) return;
    const chosen = new Map<string, string>();
    const network = await Network.load(bundle, {
      device: "gpu",
      chooseKernel(work, kernels) {
        rounds = Math.max(rounds, kernels.length);
        if (round < kernels.length) chosen.set(work, kernels[round]!);
        return kernels[round];
      },
    });
    try {
      const inputs = { [network.inputs[0]!.name]: input };
      await network.run(inputs);
      for (let run = 0; run < runs; run++) {
        const spent = await timesByWork(network, inputs);
        for (const [work, kernel] of chosen) {
          const known = times[work] ??= {};
          known[kernel] = Math.min(known[kernel] ?? Infinity, spent.get(work) ?? Infinity);
        }
      }
    } finally {
      network.destroy();
    }
    await onRound(times);
  }
}
