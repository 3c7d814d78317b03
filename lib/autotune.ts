/**
 * Autotuning: measures which GPU kernels are fastest for the work of a network.
 *
 * All pieces of work are measured at once: in each round every piece uses its next kernel, and its
 * time is taken from the profile of a run. Finally the fastest kernels are measured again, alternating
 * with the defaults, and chosen if they are still faster. A kernel's time depends only on the device
 * and the work, so the results for one network are valid for others.
 *
 * @module
 */
import { getOrInsertComputed } from "../runtime/get_or_insert_computed.ts";
import type { Input } from "../runtime/inputs.ts";
import type { Network } from "../runtime/network.ts";
import type { ChooseKernel } from "../runtime/ops/traits.ts";

/**
 * The chosen kernel for each piece of work, by device name. It is JSON, to be kept or shipped
 * beside a model.
 */
export type KernelChoices = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** The kernels for a piece of work, and the milliseconds per run that each takes. */
interface Contest {
  readonly device: string;
  readonly kernels: readonly string[];
  readonly times: number[];
}

/** A network that is ready to be measured. */
interface Opened {
  profile(): Promise<Map<string, number>>;
  close(): void;
}

/** The runs profiled per kernel, of which the fastest counts. */
const runs = 5;
/** The relative gain over the default from which a kernel is chosen, to ignore noise. */
const gain = 0.05;
/** Rounds whose first run takes this many times the shortest time are abandoned. */
const hopeless = 1.5;

/**
 * Measures the kernels for a network.
 *
 * @param open Loads the network with the given choice of kernels; the network is destroyed again.
 * @param feed Makes the inputs; the shapes matter, the numbers do not.
 * @param known Earlier results, which are not measured again.
 * @param onProgress Receives the number of rounds done, and their total.
 * @returns The earlier results and the new ones. It is the same object as `known` if the network
 * does not run on a GPU, or has no new work.
 * @throws {Error} if the GPU has no timestamp queries, or the default kernels fail on it.
 *
 * @example
 * ```ts ignore
 * const open = (chooseKernel) => Network.load(bytes, { chooseKernel });
 * const choices = await autotune(open, () => ({ data: new Float32Array(3 * 227 * 227) }));
 * const network = await open(chooseFrom(choices));
 * ```
 */
export async function autotune<
  N extends Pick<Network, "run" | "profile" | "destroy">,
>(
  open: (chooseKernel: ChooseKernel) => Promise<N>,
  feed: (
    network: N,
  ) => Readonly<Record<string, Input>> | Promise<Readonly<Record<string, Input>>>,
  known: KernelChoices = {},
  onProgress?: (done: number, total: number) => void,
): Promise<KernelChoices> {
  const contests = new Map<string, Contest>();
  /** Opens the network with the kernels of a round for new work, and measures it. */
  const openFor = async (
    kernelOf: (contest: Contest) => string | undefined,
  ): Promise<Opened> => {
    const network = await open((work, kernels, device) => {
      const before = chosenFor(known, device, work);
      if (before !== undefined && kernels.includes(before) || kernels.length === 1) return before;
      const start = () => ({ device, kernels, times: [] });
      return kernelOf(getOrInsertComputed(contests, work, start));
    });
    try {
      const inputs = await feed(network);
      await network.run(inputs);
      return { profile: () => timesByWork(network, inputs), close: () => network.destroy() };
    } catch (error) {
      network.destroy();
      throw error;
    }
  };

  for (let round = 0, rounds = 1; round < rounds; round++) {
    const opened = await openFor(({ kernels }) => kernels[round]).catch((error) => {
      // Kernels may take more memory than the GPU has; the default ones must do.
      if (round === 0) throw error;
      record(contests, round, new Map());
    });
    try {
      if (contests.size === 0) return known;
      for (let i = 0; opened && i < runs; i++) {
        const isPromising = record(contests, round, await opened.profile());
        if (!isPromising) break;
      }
    } finally {
      opened?.close();
    }
    rounds = Math.max(...[...contests.values()].map(({ kernels }) => kernels.length));
    onProgress?.(round + 1, rounds);
  }

  // Other load on the machine may have changed between rounds, so the best are compared with the
  // defaults.
  const usual = await openFor(({ kernels }) => kernels[0]);
  const best = await openFor(fastest).catch((error) => {
    usual.close();
    throw error;
  });
  const duels = await inTurns([usual, best]);
  const choices: Record<string, Record<string, string>> = { ...known };
  for (const [work, contest] of contests) {
    const [before, after] = duels.map((spent) => spent.get(work)!);
    const kernel = after! < before! * (1 - gain) ? fastest(contest) : contest.kernels[0]!;
    choices[contest.device] = { ...choices[contest.device], [work]: kernel };
  }
  return choices;
}

/** Records the times of a round's kernels, and returns whether any of them may still be the fastest. */
function record(
  contests: ReadonlyMap<string, Contest>,
  round: number,
  spent: ReadonlyMap<string, number>,
): boolean {
  let isPromising = false;
  for (const [work, { kernels, times }] of contests) {
    if (round >= kernels.length) continue;
    times[round] = Math.min(times[round] ?? Infinity, spent.get(work) ?? Infinity);
    if (times[round]! < hopeless * Math.min(...times)) isPromising = true;
  }
  return isPromising;
}

/**
 * Chooses kernels by measured results.
 *
 * @param onNotice Receives one notice if nothing was measured on the device, or a kernel no longer
 * exists; the default kernels are used then.
 */
export function chooseFrom(
  choices: KernelChoices,
  onNotice: (notice: string) => void = console.info,
): ChooseKernel {
  const told = new Set<string>();
  const tell = (notice: string) => {
    if (!told.has(notice)) onNotice(notice);
    told.add(notice);
  };
  return (work, kernels, device) => {
    if (!Object.hasOwn(choices, device)) {
      tell(`No kernels were measured on ${device}: the default ones are used`);
    }
    const chosen = chosenFor(choices, device, work);
    if (chosen !== undefined && !kernels.includes(chosen)) {
      tell(`The kernel "${chosen}" no longer exists: the default one is used`);
    }
    return chosen;
  };
}

function chosenFor(choices: KernelChoices, device: string, work: string): string | undefined {
  const measured = Object.hasOwn(choices, device) ? choices[device]! : {};
  return Object.hasOwn(measured, work) ? measured[work] : undefined;
}

/** The kernel that was fastest in its round. */
function fastest({ kernels, times }: Contest): string {
  return kernels[times.indexOf(Math.min(...times))]!;
}

/** The shortest times of each piece of work in some networks, measured alternately; closes them. */
async function inTurns(networks: readonly Opened[]): Promise<readonly Map<string, number>[]> {
  const shortest = networks.map(() => new Map<string, number>());
  try {
    for (let i = 0; i < runs; i++) {
      for (const [side, { profile }] of networks.entries()) {
        for (const [work, time] of await profile()) {
          shortest[side]!.set(work, Math.min(time, shortest[side]!.get(work) ?? Infinity));
        }
      }
    }
    return shortest;
  } finally {
    for (const { close } of networks) close();
  }
}

/** The milliseconds per run of each piece of work. */
export async function timesByWork(
  network: Pick<Network, "profile">,
  inputs: Readonly<Record<string, Input>>,
): Promise<Map<string, number>> {
  const spent = new Map<string, number>();
  for (const { work, milliseconds } of await network.profile(inputs)) {
    if (work !== undefined) spent.set(work, (spent.get(work) ?? 0) + milliseconds);
  }
  return spent;
}
