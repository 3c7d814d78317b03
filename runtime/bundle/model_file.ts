/**
 * `model.json`, which describes the network and the arrays of a bundle, as `bundle.ts` specifies it.
 *
 * @module
 */
import type { Preprocessing } from "../preprocess.ts";
import type { Shape } from "../tensor.ts";
import type { ZipMember } from "./zip.ts";

/** The newest version of the format that this reader understands. */
export const bundleVersion = 2;

/** The name of the member that describes the others. */
export const modelMember = "model.json";

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
 * Reads and checks `model.json`: its parts have the right types, but names are not resolved yet.
 *
 * @throws {TypeError} if it is something else, or needs a newer reader.
 */
export async function readModel(member: ZipMember): Promise<ModelFile> {
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
  // Distinct members: a zip bomb must not be inflated once per constant.
  const members = new Set<string>(), constants = new Set<string>();
  const isNew = (name: unknown, known: Set<string>) => {
    if (!isText(name) || known.has(name)) return false;
    known.add(name);
    return true;
  };
  const checks: [key: keyof ModelFile, ok: boolean][] = [
    ["name", isText(model.name)],
    ["inputs", isList(model.inputs, (input) => isText(input.name) && isShape(input.shape))],
    [
      "constants",
      isList(
        model.constants,
        ({ name, member, scales }) =>
          isNew(name, constants) && isNew(member, members) &&
          (scales === undefined || isNew(scales, members)),
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
    refuse(`the "${wrong[0]}" of its ${modelMember} are malformed`);
  }
  return model;
}

/** Whether a value is an array whose items are all accepted. */
export function isList<T>(value: readonly T[], accepts: (item: T) => boolean): boolean {
  return Array.isArray(value) &&
    value.every((item) => item !== null && item !== undefined && accepts(item));
}

/** Refuses a bundle, with the reason. */
export function refuse(state: string, cause?: unknown): never {
  throw new TypeError(`Cannot read the bundle: ${state}`, { cause });
}
