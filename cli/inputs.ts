/**
 * What a network is fed: arrays by the names of its inputs.
 *
 * @module
 */
import { suggest } from "../proto/suggest.ts";
import type { Network } from "../runtime/network.ts";
import { readNpy } from "../runtime/npy.ts";
import { showShape, type Tensor } from "../runtime/tensor.ts";
import { readFile } from "./files.ts";
import { readAssignment } from "./option_values.ts";
import { UsageError } from "./usage_error.ts";

/** The option that gives them. */
export const inputOption = {
  input: { value: "data=x.npy", repeats: true, about: "What to feed: an input, and its array." },
} as const;

/**
 * The arrays that `--input` names.
 *
 * @throws {UsageError} if one is given twice, or is no input of the network.
 */
export async function readInputs(
  texts: readonly string[],
  network: Pick<Network, "inputs">,
): Promise<Map<string, Tensor>> {
  const known = network.inputs.map(({ name }) => name);
  const inputs = new Map<string, Tensor>();
  for (const text of texts) {
    const [name, path] = readAssignment(text, "--input", "data=x.npy");
    if (!known.includes(name)) {
      const instead = suggest(name, known, `; its inputs are ${known.join(", ")}`);
      throw new UsageError(`the network has no input "${name}"${instead}`);
    }
    if (inputs.has(name)) throw new UsageError(`--input ${name} is given twice`);
    inputs.set(name, readNpy(await readFile(path), path));
  }
  return inputs;
}

/**
 * Refuses to go on without all inputs.
 *
 * @throws {TypeError} that names those which are missing.
 */
export function requireInputs(network: Network, inputs: ReadonlyMap<string, Tensor>): void {
  const missing = network.inputs.filter(({ name }) => !inputs.has(name));
  if (missing.length === 0) return;
  const told = missing.map(({ name, shape }) => `"${name}" ${showShape(shape)}`).join(" and ");
  const options = missing.map(({ name }) => `--input ${name}=x.npy`).join(" ");
  throw new TypeError(`Cannot run network: input ${told} is missing; give it with ${options}`);
}
