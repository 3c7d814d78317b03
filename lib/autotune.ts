/**
 * Measures which kernels are fastest on a GPU for the work of a network.
 *
 * Every piece of work is measured at once: in each round all are done by the next of their kernels,
 * and the profile of a run says how long each took. How fast a kernel is depends on nothing but the
 * device and the work, so that what was measured for one network serves for others.
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

/** So many runs are profiled with each kernel, of which the fastest counts. */
const runs = 5;
/** By this part a kernel must be faster than the usual one, so that noise changes nothing. */
const gain = 0.05;

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
  for (let round = 0, rounds = 1; round < rounds; round++) {
    const network = await open((work, kernels, device) => {
      const before = chosenFor(known, device, work);
      if (before !== undefined && kernels.includes(before) || kernels.length === 1) return before;
      if (!contests.has(work)) contests.set(work, { device, kernels, times: [] });
      return kernels[round];
    });
    try {
      const inputs = await feed(network);
      await network.run(inputs);
      if (contests.size === 0) return known;
      for (let i = 0; i < runs; i++) {
        const spent = new Map<string, number>();
        for (const { work, milliseconds } of await network.profile(inputs)) {
          if (work !== undefined) spent.set(work, (spent.get(work) ?? 0) + milliseconds);
        }
        for (const [work, { times }] of contests) {
          times[round] = Math.min(times[round] ?? Infinity, spent.get(work) ?? Infinity);
        }
      }
    } finally {
      network.destroy();
    }
    rounds = Math.max(...[...contests.values()].map(({ kernels }) => kernels.length));
    onProgress?.(round + 1, rounds);
  }
  const choices: Record<string, Record<string, string>> = { ...known };
  for (const [work, contest] of contests) {
    choices[contest.device] = { ...choices[contest.device], [work]: fastest(contest) };
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

/** The fastest kernel, or the first, if no other is clearly faster. */
function fastest({ kernels, times }: Contest): string {
  const best = times.slice(0, kernels.length).reduce((a, time, i) => time < times[a]! ? i : a, 0);
  return kernels[times[best]! < times[0]! * (1 - gain) ? best : 0]!;
}
