/**
 * A network in the current format, as messages to be written.
 *
 * @module
 */
import {
  type Entry,
  headOf,
  message,
  type OpenMessage,
  readTree,
  string,
  type Tree,
  treeOf,
  type UnreadField,
} from "../../proto/mod.ts";
import { inputDims } from "../caffe/input_dims.ts";
import { isBinary, openFile, refuseMixed } from "../caffe/read.ts";
import { NetParameter } from "../caffe/schema.ts";
import { isV0Layer } from "../caffe/upgrade_v0.ts";
import type { LayerTable } from "../layers/mod.ts";
import type { NamedFile } from "../named_file.ts";
import { describeLayer, inputLayer, type LayerTree } from "./layer_tree.ts";
import { withRoundMode } from "./round_mode.ts";
import { v0Layers } from "./v0.ts";
import { v1Layer } from "./v1.ts";

/** A network. */
export interface NetTree {
  /** Its fields, without the layers and the inputs that became layers. */
  readonly head: LayerTree;
  /** The inputs as layers, unless the file lacks their shapes. */
  readonly inputs: readonly Tree[];
  /** The layers as `readNet` lists them, each read when it is its turn. */
  readonly layers: IteratorObject<LayerTree>;
  /** The fields that were not read. */
  unread(): readonly UnreadField[];
}

/**
 * Reads a network of any of Caffe's formats, to be written in the given form of the current one.
 *
 * @throws {SyntaxError} with file, line and column, if it cannot be read.
 */
export function readNetTree(
  { bytes, name: file }: NamedFile,
  to: "text" | "binary",
  known: LayerTable,
  warn: (message: string) => void,
): NetTree {
  const from = isBinary(headOf(bytes)) ? "binary" : "text";
  const net = openFile(bytes, file);
  const { layers: _, layer: __, ...headFields } = NetParameter.fields;
  // From binary to binary, learned blobs and settings are copied as bytes, but not the preprocessing.
  const isCopied = (name: string) =>
    from === "binary" && to === "binary" && /^blobs$|(?<!transform)_param$/.test(name);

  const netFields = net.read(NetParameter);
  refuseMixed(netFields);
  const { layer, layers } = netFields;
  const { head, inputs } = upgradeInputs(
    readTree(net, message("NetParameter", headFields), () => false),
  );
  const upgradeV1 = (open: OpenMessage) => v1Layer(open, from, isCopied, known, warn);
  const upgradeCurrent = (open: OpenMessage): LayerTree => {
    const { type } = open.read(message("LayerParameter", { type: string(2, "") }));
    const tree = readTree(open, describeLayer(type, known), isCopied);
    return { tree: fixBatchNorm(tree, type), where: open.where };
  };
  const upgradeAll = (): IteratorObject<LayerTree> => {
    if (layers.some(isV0Layer)) return v0Layers(layers, known, warn).values();
    return layers.length > 0 ? layers.values().map(upgradeV1) : layer.values().map(upgradeCurrent);
  };
  const upgraded = upgradeAll();
  const encodable = ({ tree, where }: LayerTree) => ({ tree: withRoundMode(tree), where });
  return {
    head: { tree: head, where: file },
    inputs,
    layers: from === "text" && to === "binary" ? upgraded.map(encodable) : upgraded,
    unread: () => [net, ...layer, ...layers].flatMap((message) => message.unread()),
  };
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
