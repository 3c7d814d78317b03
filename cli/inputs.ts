/**
 * The inputs of a network, from arrays or a picture.
 *
 * @module
 */
import { suggest } from "../proto/suggest.ts";
import { readNpy } from "../runtime/bundle/npy.ts";
import { type Graph, withInputShapes } from "../runtime/graph.ts";
import type { Network } from "../runtime/network.ts";
import { type Shape4, showShape, type Tensor } from "../runtime/tensor.ts";
import { isNpy, isZip, readFile } from "./files.ts";
import { isPicture } from "./images.ts";
import { readAssignment } from "./option_values.ts";
import { readPicture } from "./pictures.ts";
import { UsageError } from "./usage_error.ts";

/** The option that gives them. */
export const inputOption = {
  input: {
    value: "data=x.npy",
    repeats: true,
    path: "read",
    about: "The array or picture for an input.",
  },
} as const;

/**
 * Reads the arrays that `--input` names. Pictures are converted by the network's preprocessing.
 *
 * @throws {UsageError} if an input is given twice, or the network has no such input.
 * @throws {TypeError} if a picture is given for an input without preprocessing.
 */
export async function readInputs(
  texts: readonly string[],
  network: Pick<Network, "inputs" | "preprocessing">,
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
    const bytes = await readFile(path);
    if (isZip(bytes)) {
      throw new TypeError(
        `Cannot feed ${path} to "${name}": it is a .npz, which may hold many arrays; give one ` +
          "array, a .npy",
      );
    }
    const isArray = isNpy(bytes);
    if (!isArray && !isPicture(bytes)) {
      throw new TypeError(
        `Cannot feed ${path} to "${name}": it is neither an array, a .npy, nor a picture`,
      );
    }
    const array = isArray ? readNpy(bytes, path) : await pictureFor(name, bytes, path, network);
    inputs.set(name, array);
  }
  return inputs;
}

async function pictureFor(
  name: string,
  bytes: Uint8Array,
  path: string,
  { inputs: [first], preprocessing }: Pick<Network, "inputs" | "preprocessing">,
): Promise<Tensor> {
  if (name !== first?.name || preprocessing === null) {
    throw new TypeError(
      `Cannot feed ${path} to "${name}": the bundle has no preprocessing for it; give an array, a .npy`,
    );
  }
  const [, channels, height, width] = first.shape as Shape4;
  const data = await readPicture(bytes, path, preprocessing, [channels, height, width]);
  return { shape: [1, channels, height, width], data };
}

/**
 * Refuses missing inputs.
 *
 * @throws {TypeError} naming those that are missing.
 */
export function requireInputs(
  network: Pick<Network, "inputs">,
  inputs: ReadonlyMap<string, Tensor>,
): void {
  const missing = network.inputs.filter(({ name }) => !inputs.has(name));
  if (missing.length === 0) return;
  const names = missing.map(({ name, shape }) => `"${name}" ${showShape(shape)}`).join(" and ");
  const options = missing.map(({ name }) => `--input ${name}=x.npy`).join(" ");
  const [what, are, them] = missing.length === 1
    ? ["input", "is", "it"]
    : ["inputs", "are", "them"];
  throw new TypeError(
    `Cannot run network: ${what} ${names} ${are} missing; give ${them} with ${options}`,
  );
}

/**
 * Refuses inputs with shapes that the network does not support.
 *
 * @throws {TypeError} that names the shapes.
 */
export function checkInputs(graph: Graph, given: ReadonlyMap<string, Tensor>): void {
  const shapes = new Map([...given].map(([name, { shape }]) => [name, shape]));
  try {
    withInputShapes(graph, shapes);
  } catch (cause) {
    const fed = graph.inputs.filter(({ name }) => shapes.has(name)).map(({ name, shape }) =>
      `"${name}" ${showShape(shapes.get(name)!)} for ${showShape(shape)}`
    );
    const { message } = cause as Error;
    throw new TypeError(`Cannot feed ${fed.join(" and ")}: ${message}`, { cause });
  }
}
