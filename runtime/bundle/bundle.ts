/**
 * A bundle: a trained network in one file, `model.npz`.
 *
 * It is a zip that NumPy's `load` opens. Each constant is an array of its own, `conv1/weights.npy`,
 * float32, float16 or int8, stored or deflated. One more member, `model.json`, describes the model:
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
 * - `nodes` are in topological order. A node's output has the node's name; attributes with their
 *   default value are left out; numbers that JSON cannot express are the strings `"Infinity"`,
 *   `"-Infinity"` and `"NaN"`.
 * - `scales` is present if the weights are int8: an array with one factor for each row of the weights,
 *   which run along their first axis. A weight is its integer times the scale of its row. A bundle with
 *   scales has version 2.
 * - `shape` lets a reader prepare during the download, for which `model.json` is the first member. The
 *   arrays have their own shapes, which must be checked against it.
 * - `states` are the recurrent states: pairs of an input, which is zeros at first, and the value that
 *   it takes in the next run. For readers that ignore them, they are inputs to provide.
 * - `names` lists all public names of the values that have others than their own.
 * - No two constants have the same member.
 * - `meanImage` is the name of a constant. `preprocessing` and `labels` may be `null`.
 * - Names are only looked up: none is a path, and member names are those in `constants`.
 *
 * A reader refuses a version that is newer than its own. A change that an old reader would
 * misunderstand needs a new version; members and keys that it can ignore do not.
 *
 * @module
 */
import type { Graph } from "../graph.ts";
import type { CustomOp } from "../ops/op.ts";
import type { Preprocessing } from "../preprocess.ts";
import type { Tensor } from "../tensor.ts";
import { readConstant } from "./constant.ts";
import { isList, modelMember, type PreprocessingFile, readModel, refuse } from "./model_file.ts";
import { buildGraph } from "./model_graph.ts";
import { readZip } from "./zip.ts";

/** The contents of a bundle. */
export interface Bundle {
  /** The network. */
  readonly graph: Graph;
  /** All constants by name, including those that no node reads. */
  readonly constants: ReadonlyMap<string, Tensor>;
  /** The preprocessing of images for the network's input, if it is known. */
  readonly preprocessing: Preprocessing | null;
  /** The names of the classes, if the model has them. */
  readonly labels: readonly string[] | null;
  /** Where the model came from: file names, versions. */
  readonly provenance: Readonly<Record<string, string>>;
  /** The ops that the reader was given beside the runtime's own. */
  readonly ops?: readonly CustomOp[];
}

/**
 * Reads a bundle.
 *
 * @param onProgress Receives the number of constants read so far, and of all constants.
 * @param ops The ops that the bundle may use beside the runtime's own.
 * @param arrived Constants read during the download, by name; `undefined` for those that were not.
 * @throws {TypeError} if the bytes are not a bundle, are damaged, or need a newer reader or an op that
 * was not passed.
 */
export async function readBundle(
  bytes: Uint8Array<ArrayBuffer>,
  onProgress?: (done: number, total: number) => void,
  ops: readonly CustomOp[] = [],
  arrived: ReadonlyMap<string, Promise<Tensor | undefined>> = new Map(),
): Promise<Bundle> {
  const zip = readZip(bytes);
  const member = zip.get(modelMember);
  if (member === undefined) refuse(`it has no ${modelMember}; was it made by kaffe?`);
  const model = await readModel(member);
  let done = 0;
  const constants = new Map(
    await Promise.all(model.constants.map(async ({ name, member, scales }) => {
      const find = (member: string) =>
        zip.get(member) ??
          refuse(`constant ${JSON.stringify(name)} is missing: there is no member ${member}`);
      const members = [find(member), scales === undefined ? undefined : find(scales)] as const;
      const tensor = await arrived.get(name) ?? (await readConstant(name, ...members)).tensor;
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
  const tensor = meanImage === null
    ? null
    : constants.get(meanImage) ?? refuse(`its mean image ${JSON.stringify(meanImage)} is missing`);
  return { channelOrder, resize, crop, mean, scale, meanImage: tensor };
}
