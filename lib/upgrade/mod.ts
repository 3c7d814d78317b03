/**
 * Rewrites a network of any of Caffe's formats in the current one, as text or as binary.
 *
 * It does what Caffe's `upgrade_net_proto_text` and `upgrade_net_proto_binary` do: V0 and V1 layers
 * are converted, inputs become layers, and BatchNorm's statistics get a learning rate of 0. Unknown
 * fields are kept if the form (text or binary) stays the same.
 *
 * @module
 */
import {
  encodeBinary,
  encodeText,
  type Entry,
  message,
  type OnLost,
  type OpenMessage,
  readTree,
  string,
  type Tree,
  treeOf,
} from "../../proto/mod.ts";
import { inputDims } from "../caffe/input_dims.ts";
import { isBinary, openFile } from "../caffe/read.ts";
import { NetParameter } from "../caffe/schema.ts";
import { unknownFields } from "../caffe/unknown_fields.ts";
import { isV0Layer } from "../caffe/upgrade_v0.ts";
import { expectWord } from "../check_options.ts";
import type { Injection } from "../injections.ts";
import type { Layer } from "../layers/layer.ts";
import { layerTable } from "../layers/mod.ts";
import { expectFile, type NamedBytes } from "../named_file.ts";
import { describeLayer, inputLayer, type LayerTree } from "./layer_tree.ts";
import { BlobChanges } from "./blob_changes.ts";
import { withRoundMode } from "./rounding.ts";
import { v0Layers } from "./v0.ts";
import { v1Layer } from "./v1.ts";

/** Options of `upgrade`. */
export interface UpgradeOptions {
  /** The form of the result; by default that of the input. */
  readonly format?: "text" | "binary" | undefined;
  /** Layer types that extend or override the known ones. */
  readonly layers?: readonly Layer[] | undefined;
  /** Learned blobs that replace or extend those of the file. */
  readonly inject?: readonly Injection[] | undefined;
  /** Receives a warning for each dropped field. */
  readonly warn?: ((message: string) => void) | undefined;
}

/**
 * A network in Caffe's current format.
 *
 * A field that nobody knows has only a name in text and only a number in binary, so that it is left
 * out where one is turned into the other; a warning names it.
 *
 * @param network A prototxt or a caffemodel, in any of Caffe's formats.
 * @returns Its bytes, in the order in which they are to be written.
 * @throws {SyntaxError} with file, line and column, if it cannot be read.
 * @throws {TypeError} if a blob is given that a layer cannot have.
 *
 * @example
 * ```ts
 * import { upgrade } from "../../mod.ts";
 *
 * const old = `layers { name: "c" type: CONVOLUTION blobs_lr: 0 convolution_param { pad: 1 } }`;
 * const bytes = new TextEncoder().encode(old);
 * for (const chunk of upgrade({ bytes, name: "old.prototxt" })) {
 *   new TextDecoder().decode(chunk); // layer { name: "c" type: "Convolution" …
 * }
 * ```
 */
export function* upgrade(
  network: NamedBytes,
  options: UpgradeOptions = {},
): Generator<Uint8Array<ArrayBuffer>> {
  expectFile(network, "network");
  expectWord("upgrade the network", "format", options.format, ["text", "binary"]);
  const { bytes, name: file } = network;
  const { warn = () => {} } = options;
  const from = isBinary(bytes) ? "binary" : "text", to = options.format ?? from;
  const encode = function* ({ tree, where }: LayerTree): Generator<Uint8Array<ArrayBuffer>> {
    const lose = (what: string): OnLost => ({ name, where }, message) =>
      warn(`${where}: the ${what} of field "${name}" of ${message} is not known; it is left out`);
    if (to === "binary") {
      yield encodeBinary(tree, where, lose("number"));
    } else {
      for (const text of encodeText(tree, lose("name"))) yield new TextEncoder().encode(text);
    }
  };
  const known = layerTable(options.layers);
  const whole = openFile(bytes, file);
  const { layers: _, layer, ...head } = NetParameter.fields;
  // From binary to binary, unread submessages are copied as bytes.
  const kept = (name: string) =>
    from === "binary" && to === "binary" && /^blobs$|(?<!transform)_param$/.test(name);
  const entry = (tree: Tree): Entry => ({ name: "layer", field: layer!, value: tree });

  const list = whole.read(NetParameter);
  const top = upgradeInputs(readTree(whole, message("NetParameter", head), () => false));
  yield* encode({ tree: top.head, where: file });
  for (const tree of top.layers) yield* encode({ tree: single(entry(tree)), where: file });

  const v1 = (one: OpenMessage) => v1Layer(one, from, kept, known, warn);
  const today = (one: OpenMessage): LayerTree => {
    const { type } = one.read(message("LayerParameter", { type: string(2, "") }));
    const tree = readTree(one, describeLayer(type, known), kept);
    return { tree: fixBatchNorm(tree, type), where: one.where };
  };
  const trees = list.layers.some(isV0Layer)
    ? v0Layers(list.layers, known, warn)
    : list.layers.length > 0
    ? list.layers.values().map(v1)
    : list.layer.values().map(today);
  const changes = new BlobChanges(options.inject ?? []);
  for (const { tree, where } of trees) {
    const said = from === "text" && to === "binary" ? withRoundMode(tree) : tree;
    yield* encode({ tree: single(entry(changes.in(said, where))), where });
  }
  changes.finish();
  if (from === "binary" || to === "binary") return;
  const read = { layers: [...list.layer, ...list.layers], unread: () => whole.unread() };
  for (const told of unknownFields(read, { consequence: "it stays as it is" })) warn(told);
}

function single(entry: Entry): Tree {
  return { type: "NetParameter", entries: [entry], rest: [] };
}

/** Turns inputs into layers, unless their shapes are open. */
function upgradeInputs({ type, entries, rest }: Tree): { head: Tree; layers: readonly Tree[] } {
  const valuesOf = (field: string) =>
    entries.filter(({ name }) => name === field).map(({ value }) => value);
  const names = valuesOf("input") as string[], dims = valuesOf("input_dim") as number[];
  const shapes = valuesOf("input_shape") as Tree[];
  if (shapes.length === 0 && dims.length === 0) {
    return { head: { type, entries, rest }, layers: [] };
  }
  const old = inputDims(dims, names.length);
  const layers = names.map((name, i) => {
    const dim = old[i]!;
    return inputLayer(name, shapes[i] ?? (dim.length >= 4 ? { dim } : undefined));
  });
  const others = entries.filter(({ name }) => !name.startsWith("input"));
  return { head: { type, entries: others, rest }, layers };
}

/** Sets the learning rates of BatchNorm's statistics to 0, which old files do not. */
function fixBatchNorm(tree: Tree, type: string): Tree {
  const { entries } = tree;
  const specs = entries.filter(({ name }) => name === "param");
  if (type !== "BatchNorm" || specs.length !== 3) return tree;
  const fixed = entries.map((entry): Entry => {
    if (entry.name !== "param") return entry;
    const { fields, name } = entry.field.type as ReturnType<typeof message>;
    const tree = entry.value as Tree;
    const rest = tree.entries.filter(({ name }) => !/^(lr|decay)_mult$/.test(name));
    const zeros = treeOf({ name, fields }, { lr_mult: 0, decay_mult: 0 });
    return { ...entry, value: { ...tree, entries: [...rest, ...zeros.entries] } };
  });
  return { ...tree, entries: fixed };
}
