/**
 * A bundle: a trained network in one file, `model.npz`.
 *
 * It is a zip that NumPy's `load` opens. Each constant is an array of its own, `conv1/weights.npy`,
 * float32, float16 or int8, stored or deflated. One more member, `model.json`, says what they are for:
 *
 * ```json
 * {
 *   "format": "kaffe",
 *   "version": 1,
 *   "name": "LeNet",
 *   "inputs": [{ "name": "data", "shape": [1, 1, 28, 28] }],
 *   "constants": [{
 *     "name": "conv1/weights",
 *     "shape": [20, 1, 5, 5],
 *     "member": "conv1/weights.npy",
 *     "scales": "conv1/weights_scales.npy"
 *   }],
 *   "nodes": [{
 *     "op": "conv2d",
 *     "name": "conv1",
 *     "inputs": ["data", "conv1/weights", "conv1/biases"],
 *     "attributes": { "output": 20, "kernel": [5, 5] }
 *   }],
 *   "states": [],
 *   "names": [["conv1", "relu1"]],
 *   "outputs": ["prob"],
 *   "preprocessing": {
 *     "channelOrder": "bgr",
 *     "resize": { "exact": [28, 28] },
 *     "crop": null,
 *     "mean": [104, 117, 123],
 *     "scale": 1,
 *     "meanImage": null
 *   },
 *   "labels": ["zero", "one"],
 *   "provenance": { "prototxt": "deploy.prototxt" }
 * }
 * ```
 *
 * - `nodes` stand in an order in which each input is known before it is read. A node's output has
 *   the node's name; attributes that have their default are left out; numbers that JSON cannot say
 *   are the strings `"Infinity"`, `"-Infinity"` and `"NaN"`.
 * - `scales` is there where the weights are int8: an array of as many numbers as the weights have
 *   rows, which is what their first axis counts. A weight is its whole number times the scale of its
 *   row. A bundle that has any is of version 2.
 * - `shape` lets a reader make ready while the arrays come; they tell theirs themselves, and may not be
 *   believed to have it. For that, too, `model.json` is the first member.
 * - `states` is there where a network remembers: pairs of an input, which is zeros at first, and the
 *   value which that input is in the next run. Who does not know them sees inputs to provide.
 * - `names` lists all names of the values that are known outside under others than their own.
 * - No two constants have one member.
 * - `meanImage` names a constant. `preprocessing` and `labels` may be `null`.
 * - Names are only ever looked up: none is a path, and member names are what `constants` says.
 *
 * A reader refuses a version that is newer than its own. A change that an old reader would
 * misunderstand needs a new version; members and keys that it can ignore do not.
 *
 * @module
 */
import { type Graph, GraphBuilder, namedValues, type Value } from "./graph.ts";
import { readNpy } from "./npy.ts";
import { resolve } from "./ops/attribute.ts";
import { type Attributes, definitionOf, type OpName, opNamed } from "./ops/mod.ts";
import type { CustomOp } from "./ops/op.ts";
import type { Preprocessing } from "./preprocess.ts";
import { count, type Shape, showShape, type Tensor } from "./tensor.ts";
import { firstMember, readZip, type ZipMember } from "./zip.ts";

/** The newest version of the format that this reader knows. */
export const bundleVersion = 2;

/** The member that says what the arrays are for. */
export const modelMember = "model.json";

/** What a bundle holds. */
export interface Bundle {
  /** The network. */
  readonly graph: Graph;
  /** All constants by name, also those that no node reads. */
  readonly constants: ReadonlyMap<string, Tensor>;
  /** How images become the network's input, where the model says. */
  readonly preprocessing: Preprocessing | null;
  /** The names of the classes, where the model says. */
  readonly labels: readonly string[] | null;
  /** Where the model came from: file names, versions. */
  readonly provenance: Readonly<Record<string, string>>;
  /** The ops that its reader was given beside the runtime's own. */
  readonly ops?: readonly CustomOp[];
}

/** `model.json`. */
export interface ModelFile {
  readonly format: "kaffe";
  readonly version: number;
  readonly name: string;
  readonly inputs: readonly { readonly name: string; readonly shape: Shape }[];
  readonly constants: readonly ConstantFile[];
  readonly nodes: readonly NodeFile[];
  readonly states?: readonly (readonly [input: string, value: string])[];
  readonly names: readonly (readonly [name: string, value: string])[];
  readonly outputs: readonly string[];
  readonly preprocessing: PreprocessingFile | null;
  readonly labels: readonly string[] | null;
  readonly provenance: Readonly<Record<string, string>>;
}

/** A constant, as `model.json` has it: its shape, the members that hold it, the scales of its rows. */
export interface ConstantFile {
  readonly name: string;
  readonly shape?: Shape;
  readonly member: string;
  readonly scales?: string;
}

/** A node, as `model.json` has it. */
export interface NodeFile {
  readonly op: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Preprocessing, as `model.json` has it: the mean image is the name of a constant. */
export type PreprocessingFile = Omit<Preprocessing, "meanImage"> & {
  readonly meanImage: string | null;
};

/**
 * Reads a bundle.
 *
 * @param onProgress Is told how many of the constants have been read, and how many there are.
 * @param ops The ops that it may use beside the runtime's own.
 * @throws {TypeError} if the bytes are no bundle, are damaged, or need a newer reader or an op that
 * nobody gives.
 */
export async function readBundle(
  bytes: Uint8Array<ArrayBuffer>,
  onProgress?: (done: number, total: number) => void,
  ops: readonly CustomOp[] = [],
): Promise<Bundle> {
  const zip = readZip(bytes);
  const member = zip.get(modelMember);
  if (member === undefined) refuse(`it has no ${modelMember}; was it made by kaffe?`);
  const model = await readModel(member);
  let done = 0;
  const constants = new Map(
    await Promise.all(model.constants.map(async ({ name, member, scales }) => {
      const read = async (member: string) => {
        const found = zip.get(member);
        if (found === undefined) {
          refuse(`constant ${JSON.stringify(name)} is missing: there is no member ${member}`);
        }
        return readNpy(await found.read(), member);
      };
      const numbers = await read(member);
      // What is no view of the bundle may be changed.
      const own = numbers.data.buffer !== bytes.buffer;
      const tensor = scales === undefined
        ? numbers
        : scaleRows(name, numbers, await read(scales), own);
      onProgress?.(++done, model.constants.length);
      return [name, tensor] as const;
    })),
  );
  return {
    graph: buildGraph(model, constants, ops),
    constants,
    preprocessing: readPreprocessing(model.preprocessing, constants),
    labels: model.labels,
    provenance: model.provenance,
    ops,
  };
}

/**
 * The graph of a bundle of which the beginning is there, with constants that are zeros: enough to make
 * ready for it. What the bundle turns out to hold may be something else.
 *
 * @throws {Error} if it does not begin with its model, or that does not tell the shapes of constants.
 */
export async function readStart(
  bytes: Uint8Array<ArrayBuffer>,
  ops: readonly CustomOp[],
): Promise<Graph> {
  const model = await readModel(firstMember(bytes));
  const sizes = model.constants.map(({ shape }) => count(shape!)), most = Math.max(0, ...sizes);
  // Nobody vouches for them, and no device holds more.
  const zeros = new Float32Array(most > 2 ** 29 ? refuse("it is too large") : most);
  const constants = model.constants.map(({ name, shape }, i) =>
    [name, { shape: shape!, data: zeros.subarray(0, sizes[i]) }] as const
  );
  return buildGraph(model, new Map(constants), ops);
}

/** Each row of whole numbers times its scale, in place of the numbers if they are `own`. */
function scaleRows(name: string, { shape, data }: Tensor, scales: Tensor, own: boolean): Tensor {
  if (scales.data.length !== shape[0]) {
    const has = `${showShape(shape)}, but has ${scales.data.length} scales`;
    refuse(`constant ${JSON.stringify(name)} is ${has}`);
  }
  const length = data.length / shape[0];
  const scaled = own ? data : new Float32Array(data.length);
  for (let i = 0, row = 0; row < shape[0]; row++) {
    const scale = scales.data[row]!;
    for (const end = i + length; i < end; i++) scaled[i] = data[i]! * scale;
  }
  return { shape, data: scaled };
}

async function readModel(member: ZipMember): Promise<ModelFile> {
  const text = new TextDecoder().decode(await member.read());
  let model: ModelFile;
  try {
    model = JSON.parse(text);
  } catch (cause) {
    refuse(`its ${modelMember} is not JSON: ${(cause as Error).message}`, cause);
  }
  if (model?.format !== "kaffe" || !Number.isInteger(model.version)) {
    refuse(`its ${modelMember} is not kaffe's`);
  }
  if (model.version > bundleVersion) {
    refuse(
      `it has version ${model.version} of the format, but this reader knows ${bundleVersion}; ` +
        `use a newer kaffe`,
    );
  }
  const isText = (value: unknown): value is string => typeof value === "string";
  const isPairOfNames = (pair: readonly string[]) => isList(pair, isText) && pair.length === 2;
  const isShape = (value: unknown) =>
    Array.isArray(value) && value.every((extent) => Number.isInteger(extent) && extent > 0);
  // One that inflates a thousandfold would else do so for each of a million constants.
  const members = new Set<string>();
  const isNewMember = (name: unknown) => isText(name) && members.size < members.add(name).size;
  const checks: [key: keyof ModelFile, ok: boolean][] = [
    ["name", isText(model.name)],
    ["inputs", isList(model.inputs, (input) => isText(input.name) && isShape(input.shape))],
    [
      "constants",
      isList(
        model.constants,
        ({ name, member, scales }) =>
          isText(name) && isNewMember(member) && (scales === undefined || isNewMember(scales)),
      ),
    ],
    [
      "nodes",
      isList(
        model.nodes,
        ({ op, name, inputs, attributes }) =>
          isText(op) && isText(name) && isList(inputs, isText) && typeof attributes === "object" &&
          attributes !== null,
      ),
    ],
    ["states", isList(model.states ?? [], isPairOfNames)],
    ["names", isList(model.names, isPairOfNames)],
    ["outputs", isList(model.outputs, isText)],
    ["labels", model.labels === null || isList(model.labels, isText)],
    ["provenance", typeof model.provenance === "object" && model.provenance !== null],
  ];
  const wrong = checks.find(([, ok]) => !ok);
  if (wrong !== undefined) {
    refuse(`the "${wrong[0]}" of its ${modelMember} are not as they must be`);
  }
  return model;
}

function isList<T>(value: readonly T[], accepts: (item: T) => boolean): boolean {
  return Array.isArray(value) &&
    value.every((item) => item !== null && item !== undefined && accepts(item));
}

function buildGraph(
  model: ModelFile,
  constants: ReadonlyMap<string, Tensor>,
  ops: readonly CustomOp[],
): Graph {
  const builder = new GraphBuilder();
  const values = new Map<string, Value>();
  const define = (name: string, make: () => Value) => {
    if (values.has(name)) refuse(`two values are called ${JSON.stringify(name)}`);
    values.set(name, make());
  };
  const find = (name: string, reader: string) =>
    values.get(name) ?? refuse(`${reader} reads ${JSON.stringify(name)}, which is not known there`);
  for (const { name, shape } of model.inputs) define(name, () => builder.input(name, shape));
  for (const [name, tensor] of constants) define(name, () => builder.constant(name, tensor));
  for (const node of model.nodes) {
    define(node.name, () => applyNode(builder, node, find, ops));
  }
  for (const [input, value] of model.states ?? []) {
    const [before, after] = [find(input, "a state"), find(value, "a state")];
    try {
      builder.remember(before, after);
    } catch (cause) {
      refuse((cause as Error).message, cause);
    }
  }
  const names = model.names.map(([name, value]) => [name, find(value, "its names")] as const);
  const graph = builder.build(model.name, names, model.outputs);
  const known = namedValues(graph);
  for (const name of model.outputs) {
    if (!known.has(name)) refuse(`it has no value ${JSON.stringify(name)} to be an output`);
  }
  return graph;
}

function applyNode(
  builder: GraphBuilder,
  { op, name, inputs, attributes }: NodeFile,
  find: (name: string, reader: string) => Value,
  ops: readonly CustomOp[],
): Value {
  const reader = `node ${JSON.stringify(name)} (${op})`;
  try {
    const known = opNamed(op, ops);
    const values = inputs.map((input) => find(input, reader));
    const settings = resolve(definitionOf(known).schema, revive(attributes));
    // The overload for the runtime's ops and that for others are one function.
    return builder.apply(known as OpName, name, values, settings as Attributes[OpName]);
  } catch (cause) {
    return refuse(`${reader} cannot be built: ${(cause as Error).message}`, cause);
  }
}

const unwritable = ["Infinity", "-Infinity", "NaN"];

/** Numbers that JSON cannot say, back from their names. */
function revive(attributes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const number = (value: unknown): unknown =>
    unwritable.includes(value as string)
      ? Number(value)
      : Array.isArray(value)
      ? value.map(number)
      : value;
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, number(value)]),
  );
}

function readPreprocessing(
  file: PreprocessingFile | null,
  constants: ReadonlyMap<string, Tensor>,
): Preprocessing | null {
  if (file === null) return null;
  const wrong = `the "preprocessing" of its ${modelMember} is not as it must be`;
  if (typeof file !== "object") refuse(wrong);
  const { channelOrder, resize, crop, mean, scale, meanImage } = file;
  const isSize = (value: unknown) => Number.isInteger(value) && value as number > 0;
  const isPair = (value: readonly number[]) => isList(value, isSize) && value.length === 2;
  const isResize = (value: unknown) =>
    typeof value === "object" &&
    ("exact" in value!
      ? isPair(value.exact as number[])
      : isSize((value as { short: unknown }).short));
  const ok = (channelOrder === "bgr" || channelOrder === "rgb") &&
    (resize === null || isResize(resize)) &&
    (crop === null || isPair(crop)) && isList(mean, Number.isFinite) && Number.isFinite(scale) &&
    (meanImage === null || typeof meanImage === "string");
  if (!ok) refuse(wrong);
  if (meanImage === null) return { channelOrder, resize, crop, mean, scale, meanImage };
  const tensor = constants.get(meanImage);
  if (tensor === undefined) refuse(`its mean image ${JSON.stringify(meanImage)} is missing`);
  return { channelOrder, resize, crop, mean, scale, meanImage: tensor };
}

function refuse(state: string, cause?: unknown): never {
  throw new TypeError(`Cannot read the bundle: ${state}`, { cause });
}
