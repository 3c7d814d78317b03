/**
 * The options for the choice of GPU kernels.
 *
 * @module
 */
import { autotune, chooseFrom, type KernelChoices } from "../lib/autotune.ts";
import type { Input } from "../runtime/inputs.ts";
import type { LoadOptions } from "../runtime/load_options.ts";
import type { ChooseKernel } from "../runtime/ops/traits.ts";
import { defaultKernelFile, readKernels, readKernelsToAdd, writeKernels } from "./kernel_file.ts";
import type { OpenedNetwork } from "./opened_network.ts";
import type { Values } from "./options.ts";
import { printNotice } from "./print.ts";
import { type Progress, startProgress } from "./progress.ts";

/** The options. */
export const kernelOptions = {
  autotune: { about: "Measure once which kernels are fastest on this GPU, and use them." },
  kernels: {
    value: "FILE",
    path: "read",
    about: "The file of measured kernels; used also without --autotune (the user's cache).",
  },
} as const;

/** Makes the inputs that kernels are measured with. */
export type Feed = (
  network: OpenedNetwork,
) => Promise<Readonly<Record<string, Input>>> | Readonly<Record<string, Input>>;

/**
 * Chooses kernels by the options. With `--autotune`, those not measured yet are measured.
 *
 * @param open Loads the network.
 * @param feed Makes its inputs.
 */
export async function kernelsFrom(
  { autotune: measured, kernels: file }: Values<typeof kernelOptions>,
  open: (options: LoadOptions) => Promise<OpenedNetwork>,
  feed: Feed,
): Promise<ChooseKernel | undefined> {
  if (!measured) {
    return file === undefined ? undefined : chooseFrom(await readKernels(file), printNotice);
  }
  const known = await readKernelsToAdd(file);
  const choices = await measure(known, open, feed);
  if (choices !== known) await writeKernels(file ?? defaultKernelFile(), choices);
  return chooseFrom(choices, printNotice);
}

async function measure(
  known: KernelChoices,
  open: (options: LoadOptions) => Promise<OpenedNetwork>,
  feed: Feed,
): Promise<KernelChoices> {
  // The notice is printed when the network is loaded for its actual run.
  const onNotice = () => {};
  let progress: Progress | undefined;
  try {
    return await autotune(
      (chooseKernel) => open({ chooseKernel, onNotice }),
      feed,
      known,
      (done, total) => {
        progress ??= startProgress("measuring kernels", total);
        progress.update(done);
      },
    );
  } catch (error) {
    printNotice(`Cannot measure kernels, so default ones are used: ${(error as Error).message}`);
    return known;
  } finally {
    progress?.[Symbol.dispose]();
  }
}
