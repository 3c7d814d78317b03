/**
 * Compares the results for a random network with the expected ones.
 *
 * @module
 */
import { sameShape, showShape } from "../../runtime/tensor.ts";
import { difference } from "../golden.ts";
import type { Answers } from "./executors.ts";
import type { RandomNetwork } from "./network.ts";

/** Blobs that rounding changes by more than this are not compared. */
const mostNoise = 1e-5;

/** Descriptions of the differences from the expected results. */
export function differences({ answers, noise }: RandomNetwork, actual: Answers): string[] {
  return [...actual].flatMap(([name, { shape, data }]) => {
    const expected = answers.get(name);
    if (expected === undefined) return [];
    if (!sameShape(shape, expected.shape)) {
      return [`${name} is ${showShape(shape)}, not ${showShape(expected.shape)}`];
    }
    const rounding = noise.get(name)!;
    if (rounding > mostNoise) return [];
    const distance = difference(data, expected.data);
    return distance <= 1e-5 + 20 * rounding
      ? []
      : [`${name} is off by ${distance}, noise ${rounding}`];
  });
}
