/**
 * Recorded results of another program: its inputs, and every blob that it computed.
 *
 * They are stored in a `.npz`, with keys of two kinds. With prefixes, `input:data` is an input,
 * `blob:conv1` a blob after the whole pass and `layer:relu1:conv1` a blob right after a layer; other
 * prefixes are ignored. Without prefixes, a key is the name of a blob, and an unsampled blob with
 * the name of an input is that input. In both, `<key>@index` lists the flat positions of the values
 * in `<key>`, which is a sample of the blob.
 *
 * @module
 */
import { sameShape, type Tensor } from "../runtime/tensor.ts";
import type { Npz } from "./npz.ts";

/** Recorded results. */
export interface Golden {
  /** The inputs by name. */
  readonly inputs: ReadonlyMap<string, Tensor>;
  readonly answers: readonly Answer[];
}

/** One recorded blob. */
export interface Answer {
  readonly key: string;
  /** The layer right after which it was recorded; `undefined` after the whole pass. */
  readonly layer: string | undefined;
  readonly blob: string;
  readonly tensor: Tensor;
  /** The flat positions of the values in the blob, if only some were recorded. */
  readonly index: Float32Array | undefined;
}

const indexSuffix = "@index";
/** Positions are read as float32, which represents smaller integers exactly. */
const maxPosition = 2 ** 24;

/**
 * Reads recorded results.
 *
 * @param inputNames The inputs of the network, for keys without prefixes.
 */
export async function readGolden(npz: Npz, inputNames: readonly string[]): Promise<Golden> {
  const keys = npz.names.filter((key) => !key.endsWith(indexSuffix));
  const isSampled = (key: string) => npz.names.includes(key + indexSuffix);
  const arePrefixed = keys.some((key) => /^(input|blob):/.test(key));
  const inputs = new Map<string, Tensor>();
  const answers: Answer[] = [];
  const readInput = async (name: string, key: string) => {
    inputs.set(name, await npz.read(key));
  };
  const readAnswer = async (key: string, layer: string | undefined, blob: string) => {
    const index = isSampled(key) ? await readIndex(npz, key) : undefined;
    answers.push({ key, layer, blob, tensor: await npz.read(key), index });
  };
  for (const key of keys) {
    if (!arePrefixed) {
      const isInput = inputNames.includes(key) && !isSampled(key);
      await (isInput ? readInput(key, key) : readAnswer(key, undefined, key));
      continue;
    }
    const [, prefix, name = ""] = /^(input|blob|layer):(.*)$/s.exec(key) ?? [];
    if (prefix === "input") await readInput(name, key);
    if (prefix === "blob") await readAnswer(key, undefined, name);
    if (prefix === "layer") {
      const { layer, blob } = layerAndBlob(name, keys);
      await readAnswer(key, layer, blob);
    }
  }
  if (!arePrefixed) return { inputs, answers };
  // A data layer has no input; its first recorded top is the network's input.
  for (const name of inputNames) {
    const first = answers.find(({ blob, index }) => blob === name && index === undefined);
    if (!inputs.has(name) && first !== undefined) inputs.set(name, first.tensor);
  }
  return { inputs, answers };
}

/** Splits `layer:blob` at the colon that is followed by a blob's name. */
function layerAndBlob(
  text: string,
  keys: readonly string[],
): { readonly layer: string; readonly blob: string } {
  const colons = [...text.matchAll(/:/g)].map(({ index }) => index);
  const at = colons.find((colon) => keys.includes(`blob:${text.slice(colon + 1)}`)) ??
    colons.at(-1) ?? text.length;
  return { layer: text.slice(0, at), blob: text.slice(at + 1) };
}

async function readIndex(npz: Npz, key: string): Promise<Float32Array> {
  const { data } = await npz.read(key + indexSuffix);
  if (data.every((position) => position < maxPosition)) return data;
  throw new TypeError(
    `Cannot read "${key}${indexSuffix}": it has positions of ${maxPosition} and more, which are ` +
      `not read exactly`,
  );
}

/** How a network can reproduce a recorded blob. */
export type Known =
  /** By this name, after the whole pass. */
  | { readonly name: string }
  /** By this layer name, unless a later layer was folded into it. */
  | { readonly name: string; readonly mayBeFolded: true }
  /** Not at all: it is not computed separately, or its name refers to a later value. */
  | { readonly state: "folded" | "overwritten" };

/**
 * How a network can reproduce a recorded blob.
 *
 * @param names The names of the network's values.
 */
export function knownAs(
  answer: Answer,
  answers: readonly Answer[],
  names: readonly string[],
): Known {
  const { layer, blob } = answer;
  const last = answers.find((other) => other.layer === undefined && other.blob === blob) ??
    answers.findLast((other) => other.blob === blob)!;
  if (layer === undefined || sameAnswer(answer, last)) {
    return names.includes(blob) ? { name: blob } : { state: "folded" };
  }
  // A value that is overwritten later has its layer's name, unless a blob has the same name.
  if (answers.some((other) => other.blob === layer)) return { state: "overwritten" };
  return names.includes(layer) ? { name: layer, mayBeFolded: true } : { state: "folded" };
}

function sameAnswer(a: Answer, b: Answer): boolean {
  return sameShape(a.tensor.shape, b.tensor.shape) &&
    a.tensor.data.every((value, i) => Object.is(value, b.tensor.data[i]));
}
