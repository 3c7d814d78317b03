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
  headOf,
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
import { ownBytes } from "../emit/own_bytes.ts";
import type { Injection } from "../injections.ts";
import type { Layer } from "../layers/layer.ts";
import { layerTable } from "../layers/mod.ts";
import { expectFile, type NamedFile } from "../named_file.ts";
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
 * Rewrites a network in Caffe's current format.
 *
 * An unknown field has only a name in text and only a number in binary: a conversion from one form
 * to the other drops it, with a warning.
 *
 * @param network A prototxt or a caffemodel, in any of Caffe's formats.
 * @returns The bytes of the file, in chunks.
 * @throws {SyntaxError} with file, line and column, if it cannot be read.
 * @throws {TypeError} if an injected blob does not fit.
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
  network: NamedFile,
  options: UpgradeOptions = {},
): Generator<Uint8Array<ArrayBuffer>> {
  expectFile(network, "network");
  expectWord("upgrade the network", "format", options.format, ["text", "binary"]);
  const { bytes, name: file } = network;
  const { warn = () => {} } = options;
  const from = isBinary(headOf(bytes)) ? "binary" : "text", to = options.format ?? from;
  const encode = function* ({ tree, where }: LayerTree): Generator<Uint8Array<ArrayBuffer>> {
    const warnOfLost = (missing: "number" | "name"): OnLost => ({ name, where }, message) =>
      warn(
        `${where}: the ${missing} of field "${name}" of ${message} is not known; it is left out`,
      );
    if (to === "binary") {
      for (const bytes of encodeBinary(tree, where, warnOfLost("number"))) yield ownBytes(bytes);
    } else {
      for (const text of encodeText(tree, warnOfLost("name"))) {
        yield new TextEncoder().encode(text);
      }
    }
  };
  const encodeLayer = ({ tree, where }: LayerTree) => encode({ tree: netOf(tree), where });
  const known = layerTable(options.layers);
  const net = openFile(bytes, file);
  const { layers: _, layer: __, ...headFields } = NetParameter.fields;
  // From binary to binary, unread submessages are copied as bytes.
  const isCopied = (name: string) =>
    from === "binary" && to === "binary" && /^blobs$|(?<!transform)_param$/.test(name);

  const { layer, layers } = net.read(NetParameter);
  const { head, inputs } = upgradeInputs(
    readTree(net, message("NetParameter", headFields), () => false),
  );
  yield* encode({ tree: head, where: file });
  for (const tree of inputs) yield* encodeLayer({ tree, where: file });

  const upgradeV1 = (open: OpenMessage) => v1Layer(open, from, isCopied, known, warn);
  const upgradeCurrent = (open: OpenMessage): LayerTree => {
    const { type } = open.read(message("LayerParameter", { type: string(2, "") }));
    const tree = readTree(open, describeLayer(type, known), isCopied);
    return { tree: fixBatchNorm(tree, type), where: open.where };
  };
  const upgraded = layers.some(isV0Layer)
    ? v0Layers(layers, known, warn)
    : layers.length > 0
    ? layers.values().map(upgradeV1)
    : layer.values().map(upgradeCurrent);
  const changes = new BlobChanges(options.inject ?? []);
  for (const { tree, where } of upgraded) {
    const encodable = from === "text" && to === "binary" ? withRoundMode(tree) : tree;
    yield* encodeLayer({ tree: changes.applyTo(encodable, where), where });
  }
  changes.finish();
  if (from === "binary" || to === "binary") return;
  const read = { layers: [...layer, ...layers], unread: () => net.unread() };
  for (const warning of unknownFields(read, { consequence: "it stays as it is" })) warn(warning);
}

/** A network of one layer. Encoded networks are concatenated. */
function netOf(layer: Tree): Tree {
  const entry: Entry = { name: "layer", field: NetParameter.fields.layer!, value: layer };
  return { type: "NetParameter", entries: [entry], rest: [] };
}

/** Turns inputs into layers, unless the file lacks their shapes. */
function upgradeInputs({ type, entries, rest }: Tree): { head: Tree; inputs: readonly Tree[] } {
  const valuesOf = (field: string) =>
    entries.filter(({ name }) => name === field).map(({ value }) => value);
  const names = valuesOf("input") as string[], dims = valuesOf("input_dim") as number[];
  const shapes = valuesOf("input_shape") as Tree[];
  if (shapes.length === 0 && dims.length === 0) {
    return { head: { type, entries, rest }, inputs: [] };
  }
  const legacyShapes = inputDims(dims, names.length);
  const inputs = names.map((name, i) => {
    const dim = legacyShapes[i]!;
    return inputLayer(name, shapes[i] ?? (dim.length >= 4 ? { dim } : undefined));
  });
  const others = entries.filter(({ name }) => !name.startsWith("input"));
  return { head: { type, entries: others, rest }, inputs };
}

/** Sets the learning rates of BatchNorm's statistics to 0, as Caffe does for old files. */
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
