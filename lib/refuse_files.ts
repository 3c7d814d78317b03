/**
 * Refuses files passed in the wrong role, with a message that names the right one.
 *
 * @module
 */
import { headOf } from "../proto/mod.ts";
import type { Net } from "./caffe/net.ts";
import { isBinary } from "./caffe/read.ts";
import { isHdf5 } from "./hdf5/signature.ts";
import type { NamedFile } from "./named_file.ts";

/** A file and the network read from it. */
export interface ReadFile {
  readonly file: NamedFile;
  readonly net: Net;
}

/** Refuses an HDF5 file, which holds only weights, as the network. */
export function refuseWeightsFirst(network: NamedFile, caffemodel: NamedFile | undefined): void {
  if (!isHdf5(headOf(network.bytes))) return;
  if (caffemodel !== undefined && isText(caffemodel)) refuseOrder(network, caffemodel);
  const { name } = network;
  throw new TypeError(
    `Cannot convert ${name} alone: an HDF5 file holds weights and no network; give the prototxt ` +
      `as the network, and ${name} as its caffemodel`,
  );
}

/** Refuses a swapped prototxt and caffemodel. */
export function refuseSwapped(network: ReadFile, weights: ReadFile | undefined): void {
  if (weights === undefined || isText(network.file) || !isText(weights.file)) return;
  if (hasBlobs(network.net) && !hasBlobs(weights.net)) refuseOrder(network.file, weights.file);
}

/** Refuses a second prototxt as the weights. */
export function refusePrototxt({ file, net }: ReadFile): void {
  if (!isText(file) || hasBlobs(net)) return;
  throw new TypeError(
    `Cannot take the weights of ${file.name}: it is a prototxt without weights; the prototxt comes ` +
      "first, and the caffemodel second",
  );
}

/** Refuses a file without layers that compute anything. */
export function refuseEmpty({ file: { name }, net }: ReadFile): void {
  if (net.layers.some(({ type }) => type !== "Input")) return;
  throw new TypeError(
    `Cannot convert ${name}: there are no layers in it; a network's file lists them, as in ` +
      `layer { name: "relu" type: "ReLU" bottom: "data" top: "relu" }`,
  );
}

/** Extends the error of a caffemodel that lacks its input's shape: its prototxt has it. */
export function hintingAtPrototxt<Result>(
  network: NamedFile,
  caffemodel: NamedFile | undefined,
  action: () => Result,
): Result {
  try {
    return action();
  } catch (cause) {
    const { message } = cause as Error;
    const isAlone = caffemodel === undefined && !isText(network);
    if (!isAlone || !(cause instanceof TypeError) || !option.test(message)) throw cause;
    const hint = message.replace(option, "$&, or pass the deploy.prototxt before it");
    throw new TypeError(hint, { cause });
  }
}

/** The spelling of the input shape option in messages, see `option_hints.ts`. */
const option = /inputShapes: new Map\(.*\]\]\]\)/;

function refuseOrder(weights: NamedFile, network: NamedFile): never {
  throw new TypeError(
    `Cannot convert the network: ${weights.name} is the weights and ${network.name} the network: ` +
      "the prototxt comes first",
  );
}

function isText({ bytes }: NamedFile): boolean {
  const head = headOf(bytes);
  return !isHdf5(head) && !isBinary(head);
}

function hasBlobs({ layers }: Net): boolean {
  return layers.some(({ blobs }) => blobs.length > 0);
}
