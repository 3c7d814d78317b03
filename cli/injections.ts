/**
 * The option that injects learned blobs.
 *
 * @module
 */
import type { Injection } from "../lib/lowering/injections.ts";
import { readNpy } from "../runtime/bundle/npy.ts";
import { readFile } from "./files.ts";
import { isDecimal, readAssignment, readNumber, refuseTwice } from "./option_values.ts";

const example = "conv8:0=2.606 or conv8:0=weights.npy";

/** The option. */
export const injectOption = {
  inject: {
    value: "LAYER:INDEX=VALUE|FILE",
    repeats: true,
    path: "read",
    about: "Set a learned blob (by default blob 0) to a number or to a .npy.",
  },
} as const;

/** Parses it. For a layer whose name ends in a colon and digits, the index must be given too. */
export async function readInjections(texts: readonly string[]): Promise<readonly Injection[]> {
  const parsed = texts.map((text) => {
    const [blob, value] = readAssignment(text, "--inject", example);
    const [, layer = blob, index = "0"] = /^(.+):(\d+)$/.exec(blob) ?? [];
    return { layer, index: Number(index), value };
  });
  refuseTwice(parsed.map(({ layer, index }) => `${layer}:${index}`), "--inject");
  return await Promise.all(parsed.map(async ({ value, ...blob }) => {
    const number = isDecimal(value) ? readNumber(value, "--inject") : undefined;
    return { ...blob, value: number ?? readNpy(await readFile(value), value) };
  }));
}
