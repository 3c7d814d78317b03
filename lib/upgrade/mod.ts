/**
 * Rewrites a network of any of Caffe's formats in the current one, as text or as binary.
 *
 * It does what Caffe's `upgrade_net_proto_text` and `upgrade_net_proto_binary` do: V0 and V1 layers
 * are converted, inputs become layers, and BatchNorm's statistics get a learning rate of 0. Unknown
 * fields are kept if the form (text or binary) stays the same.
 *
 * @module
 */
import { encodeBinary, encodeText, type OnLost } from "../../proto/encode_tree.ts";
import { type Entry, headOf, type Tree } from "../../proto/mod.ts";
import { isBinary } from "../caffe/read.ts";
import { NetParameter } from "../caffe/schema.ts";
import { unknownFields } from "../caffe/unknown_fields.ts";
import { expectNames, expectWord } from "../expect_options.ts";
import { ownBytes } from "../emit/own_bytes.ts";
import type { Layer } from "../layers/layer.ts";
import { layerTable } from "../layers/mod.ts";
import type { Injection } from "../lowering/injections.ts";
import { expectFile, type NamedFile } from "../named_file.ts";
import { BlobChanges, withBlobs } from "./blob_changes.ts";
import type { LayerTree } from "./layer_tree.ts";
import { type NetTree, readNetTree } from "./net_tree.ts";

/** Options of `upgrade`. */
export interface UpgradeOptions {
  /** The form of the result; by default that of the input. */
  readonly format?: "text" | "binary" | undefined;
  /** Layer types that extend or override the known ones. */
  readonly layers?: readonly Layer[] | undefined;
  /** Whether to write the learned blobs of the file; true by default. */
  readonly weights?: boolean | undefined;
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
 * @throws {SyntaxError} with the file and the position (line and column, or byte), if it cannot be read.
 * @throws {TypeError} if an option is invalid, or an injected blob does not fit.
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
  const doing = "upgrade the network";
  const all = { format: true, layers: true, weights: true, inject: true, warn: true } as const;
  expectNames(doing, options, all);
  expectWord(doing, "format", options.format, ["text", "binary"]);
  const { weights = true, warn = () => {} } = options;
  const from = isBinary(headOf(network.bytes)) ? "binary" : "text", to = options.format ?? from;
  const net = readNetTree(network, to, layerTable(options.layers), warn);
  const changes = new BlobChanges(options.inject ?? []);
  const changed = net.layers.map(({ tree, where }): LayerTree => {
    return { tree: changes.applyTo(withBlobs(tree, weights ? undefined : []), where), where };
  });
  yield* encodeNet({ ...net, layers: changed }, to, warn);
  changes.finish();
  if (from === "binary" || to === "binary") return;
  const read = { layers: [], unread: net.unread };
  for (const warning of unknownFields(read, { consequence: "it stays as it is" })) warn(warning);
}

/** The bytes of a network, in chunks, with a warning for each field that cannot be written. */
export function* encodeNet(
  { head, inputs, layers }: Pick<NetTree, "head" | "inputs" | "layers">,
  format: "text" | "binary",
  warn: (message: string) => void,
): Generator<Uint8Array<ArrayBuffer>> {
  const onLost = (missing: "number" | "name"): OnLost => ({ name, where }, message) =>
    warn(`${where}: the ${missing} of field "${name}" of ${message} is not known; it is left out`);
  const encode = function* ({ tree, where }: LayerTree): Generator<Uint8Array<ArrayBuffer>> {
    if (format === "binary") {
      for (const bytes of encodeBinary(tree, where, onLost("number"))) yield ownBytes(bytes);
    } else {
      for (const text of encodeText(tree, onLost("name"))) yield new TextEncoder().encode(text);
    }
  };
  yield* encode(head);
  for (const tree of inputs) yield* encode({ tree: netOf(tree), where: head.where });
  for (const { tree, where } of layers) yield* encode({ tree: netOf(tree), where });
}

/** A network of one layer. Encoded networks are concatenated. */
function netOf(layer: Tree): Tree {
  const entry: Entry = { name: "layer", field: NetParameter.fields.layer!, value: layer };
  return { type: "NetParameter", entries: [entry], rest: [] };
}
