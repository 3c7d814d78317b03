/**
 * Measures which kernels are fastest on a GPU for the work of a network.
 *
 * Every piece of work is measured at once: in each round all are done by the next of their kernels,
 * and the profile of a run says how long each took. In the end the fastest are measured once more, in
 * turns with the usual ones, and taken where they are faster then too. How fast a kernel is depends
 * on nothing but the device and the work, so that what was measured for one network serves for
 * others.
 *
 * @module
 */
import type { Input } from "../runtime/inputs.ts";
import type { Network } from "../runtime/network.ts";
import type { ChooseKernel } from "../runtime/ops/fours/layout.ts";

/**
 * The kernel of each piece of work, for devices by their names: JSON, to be kept or to be shipped
 * beside a model.
 */
export type KernelChoices = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What there is to choose from, and how many milliseconds a run spends on it with each. */
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

/** So many runs are profiled with each kernel, of which the fastest counts. */
const runs = 5;
/** By this part a kernel must be faster than the usual one, so that noise changes nothing. */
const gain = 0.05;
/** A round in which all take so many times the shortest time is not gone on with. */
const hopeless = 1.5;

/**
 * Measures kernels for what a network has to do.
 *
 * @param open Loads the network, to choose its kernels so; it is destroyed again.
 * @param feed What it is run on; the shapes matter, the numbers do not.
 * @param known What was measured before, which is not measured again.
 * @param onProgress Is told how many rounds of how many are done.
 * @returns What was known before, and the fastest kernels of all that was not. The network is not run
 * on a GPU, or has nothing new to do, if it is the same object.
 * @throws {Error} if the GPU cannot measure, because it has no timestamp queries.
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
  /** The network in which new work is done by the kernels of a round, and how long each takes. */
  const openFor = async (
    kernelOf: (contest: Contest) => string | undefined,
  ): Promise<Opened> => {
    const network = await open((work, kernels, device) => {
      const before = chosenFor(known, device, work);
      if (before !== undefined && kernels.includes(before) || kernels.length === 1) return before;
      const contest = contests.get(work) ?? { device, kernels, times: [] };
      contests.set(work, contest);
      return kernelOf(contest);
    });
    try {
      const inputs = await feed(network);
      await network.run(inputs);
      return { profile: () => profile(network, inputs), close: () => network.destroy() };
    } catch (error) {
      network.destroy();
      throw error;
    }
  };

  for (let round = 0, rounds = 1; round < rounds; round++) {
    const { profile, close } = await openFor(({ kernels }) => kernels[round]);
    try {
      if (contests.size === 0) return known;
      for (let i = 0, worth = true; i < runs && worth; i++) {
        const spent = await profile();
        worth = false;
        for (const [work, { kernels, times }] of contests) {
          if (round >= kernels.length) continue;
          times[round] = Math.min(times[round] ?? Infinity, spent.get(work) ?? Infinity);
          worth ||= times[round]! < hopeless * Math.min(...times);
        }
      }
    } finally {
      close();
    }
    rounds = Math.max(...[...contests.values()].map(({ kernels }) => kernels.length));
    onProgress?.(round + 1, rounds);
  }

  // What else the machine does may have changed from round to round: the best meet the usual ones.
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

/**
 * Chooses kernels as they were measured.
 *
 * @param onNotice Is told once if nothing was measured on the device, or a kernel is not known any
 * more: then the usual kernels are taken.
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
      tell(`No kernels were measured on ${device}: the usual ones are taken`);
    }
    const chosen = chosenFor(choices, device, work);
    if (chosen !== undefined && !kernels.includes(chosen)) {
      tell(`The kernel "${chosen}" is not known any more: the usual one is taken`);
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

/** The shortest times of each piece of work in some networks, which are closed then. */
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

/** How many milliseconds of a run each piece of work takes. */
async function profile(
  network: Pick<Network, "profile">,
  inputs: Readonly<Record<string, Input>>,
): Promise<Map<string, number>> {
  const spent = new Map<string, number>();
  for (const { work, milliseconds } of await network.profile(inputs)) {
    if (work !== undefined) spent.set(work, (spent.get(work) ?? 0) + milliseconds);
  }
  return spent;
}
