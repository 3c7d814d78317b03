/**
 * Reads Caffe's files: networks in any format, as text or binary, and mean images.
 *
 * @module
 */
import {
  headOf,
  type MessageOf,
  type OpenMessage,
  type PartialFile,
  readBinary,
  readText,
  wholeOf,
} from "../../proto/mod.ts";
import { readNpy } from "../../runtime/bundle/npy.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { decodeText, utf16Of, withoutTrailingBytes } from "../decode_text.ts";
import { isHdf5 } from "../hdf5/signature.ts";
import { expectBytes } from "../named_file.ts";
import { readBlob } from "./blob.ts";
import { foreignKind, roleOf } from "./file_kind.ts";
import { readHdf5Weights } from "./hdf5_weights.ts";
import { inputDims } from "./input_dims.ts";
import type { Net, NetInput, NetLayer } from "./net.ts";
import { netLayer, numberOf } from "./net_layer.ts";
import { BlobProto, LayerParameter, NetParameter } from "./schema.ts";
import { isV0Layer, upgradeV0Layers } from "./upgrade_v0.ts";
import { upgradeV1Layer } from "./upgrade_v1.ts";

/** How to read a network. */
export interface ReadOptions {
  /** The name of the file, for messages. */
  readonly file?: string;
}

/**
 * Reads a network: a prototxt or a caffemodel, in the current format or an older one; or an HDF5
 * file, as layers with only names and blobs.
 *
 * Blobs may be views of `bytes`: do not change the bytes afterwards. Large ones of a {@linkcode
 * PartialFile} stay in the file; see `proto/deferred.ts`.
 *
 * @throws {SyntaxError} if it is no network, mixes two formats, or its blobs do not fit their shapes.
 */
export function readNet(bytes: Uint8Array | PartialFile, options: ReadOptions = {}): Net {
  const { file = "the network" } = options;
  if (isHdf5(headOf(bytes))) return readHdf5Weights(wholeOf(bytes), file);
  const message = openFile(bytes, file);
  const net = message.read(NetParameter);
  refuseMixed(net);
  // Caffe ignores a phase that is written in the text of a layer.
  const isSaved = isBinary(headOf(bytes));
  return {
    name: net.name,
    inputs: inputsOf(net),
    inputDims: net.input_dim,
    layers: layersOf(net).map((layer) => isSaved ? layer : { ...layer, phase: undefined }),
    state: {
      phase: net.state?.phase,
      level: net.state?.level,
      stages: net.state?.stage ?? [],
    },
    unread: () => message.unread(),
  };
}

/**
 * Reads the mean image of a data set, a `.binaryproto`, or a `.npy` as NumPy writes it.
 *
 * @returns Its values: `[1, C, H, W]` as Caffe writes it, or of the array's shape.
 * @throws {SyntaxError} if it is no blob, or has no numbers.
 * @throws {TypeError} if it is an array that cannot be read.
 */
export function readMean(bytes: Uint8Array, file = "the mean image"): Tensor {
  expectBytes(bytes, file);
  refuseForeign(bytes, file, "mean");
  const mean = bytes[0] === 0x93 ? readNpy(bytes, file) : readMeanBlob(bytes, file);
  if (mean.data.length === 0) throw new SyntaxError(`Cannot read ${file}: it has no numbers`);
  return mean;
}

function readMeanBlob(bytes: Uint8Array, file: string): Tensor {
  const message = readBinary(bytes, file).read(BlobProto);
  const { shape, data } = readBlob(message, file, "the blob");
  return { shape, data };
}

/** Opens the message in a network's file. */
export function openFile(bytes: Uint8Array | PartialFile, file: string): OpenMessage {
  const head = headOf(bytes);
  if (head.length === 0) throw new SyntaxError(`Cannot read ${file}: it is empty`);
  refuseForeign(head, file, "network");
  if (isBinary(head)) return readBinary(bytes, file);
  const text = wholeOf(bytes);
  const isUtf8 = utf16Of(head) === undefined;
  const utf8 = isUtf8 ? text : new TextEncoder().encode(decodeText(text));
  return readText(withoutTrailingBytes(utf8), file);
}

/** Refuses a file of another kind. */
function refuseForeign(bytes: Uint8Array, file: string, expected: "network" | "mean"): void {
  const kind = foreignKind(bytes, expected);
  if (kind !== undefined) throw new SyntaxError(`Cannot read ${file}: it is ${kind}`);
}

/**
 * Whether a network is in binary form. The tags of a binary network are control characters; text has
 * none except white space, trailing bytes that some programs append, and those in comments.
 */
export function isBinary(bytes: Uint8Array): boolean {
  // Of the two forms, only text has this role.
  if (utf16Of(bytes) !== undefined || roleOf(bytes) === "network") return false;
  return withoutTrailingBytes(bytes.subarray(0, 4096)).some((byte) =>
    byte < 0x09 || (byte > 0x0d && byte < 0x20)
  );
}

type NetMessage = MessageOf<typeof NetParameter>;

/** Each input has an `input_shape`, or several `input_dim`. Old caffemodels lack both. */
function inputsOf({ input, input_shape, input_dim }: NetMessage): readonly NetInput[] {
  const legacyShapes = inputDims(input_dim, input.length);
  return input.map((name, i) => {
    const legacy = legacyShapes[i]!.length >= 4 ? legacyShapes[i] : undefined;
    return { name, shape: input_shape[i]?.dim ?? legacy };
  });
}

/**
 * Refuses a network with layers of the current format and of an older one, as Caffe does.
 *
 * @throws {SyntaxError} with the position of the first one of the current format.
 */
export function refuseMixed(
  { layer: [first], layers }: Pick<NetMessage, "layer" | "layers">,
): void {
  if (first === undefined || layers.length === 0) return;
  throw new SyntaxError(
    `Cannot read ${first.where}: a "layer" beside "layers", which is the name of layers in the V1 ` +
      "format; a network has one format, so rewrite those of the other, or remove them",
  );
}

function layersOf({ layer, layers }: NetMessage): readonly NetLayer[] {
  if (layers.some(isV0Layer)) return upgradeV0Layers(layers);
  if (layers.length > 0) return layers.map(upgradeV1Layer);
  return layer.map((message) =>
    netLayer(message.read(LayerParameter), { message, numberOf }, message)
  );
}
