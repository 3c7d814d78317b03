/**
 * Compares answers to a random network with those that it must give.
 *
 * @module
 */
import { sameShape, showShape } from "../../runtime/tensor.ts";
import { difference } from "../golden.ts";
import type { Answers } from "./executors.ts";
import type { RandomNetwork } from "./network.ts";

/** Where rounding alone moves a blob farther, no engine can be expected to agree. */
const mostNoise = 1e-5;

/** What is wrong with answers: nothing, if all is well. */
export function faults({ answers, noise }: RandomNetwork, actual: Answers): string[] {
  return [...actual].flatMap(([name, { shape, data }]) => {
    const expected = answers.get(name);
    if (expected === undefined) return [];
    if (!sameShape(shape, expected.shape)) {
      return [`${name} is ${showShape(shape)}, not ${showShape(expected.shape)}`];
    }
    const shaky = noise.get(name)!;
    if (shaky > mostNoise) return [];
    const distance = difference(data, expected.data);
    return distance <= 1e-5 + 20 * shaky ? [] : [`${name} is off by ${distance}, noise ${shaky}`];
  });
}
