/**
 * Reads and lowers a network and its weights. Files in the wrong role are refused, and unknown fields
 * are reported.
 *
 * @module
 */
import type { Net } from "./caffe/net.ts";
import { readNet } from "./caffe/read.ts";
import { warningOfUnknownFields } from "./caffe/unknown_fields.ts";
import { layerFields } from "./layers/mod.ts";
import { lower, type Lowered, type LowerOptions } from "./lowering/lower.ts";
import { expectFile, type NamedFile } from "./named_file.ts";
import {
  hintingAtPrototxt,
  type ReadFile,
  refuseEmpty,
  refusePrototxt,
  refuseSwapped,
  refuseWeightsFirst,
} from "./refuse_files.ts";

/** A network's file, and that of its weights. */
export interface NetFiles {
  readonly network: ReadFile;
  readonly weights: ReadFile | undefined;
}

/** Reads the files of a network. */
export function readFiles(network: NamedFile, caffemodel: NamedFile | undefined): NetFiles {
  expectFile(network, "network");
  if (caffemodel !== undefined) expectFile(caffemodel, "caffemodel");
  refuseWeightsFirst(network, caffemodel);
  const read = (file: NamedFile): ReadFile => {
    return { file, net: readNet(file.bytes, { file: file.name }) };
  };
  const files = { network: read(network), weights: caffemodel && read(caffemodel) };
  refuseSwapped(files.network, files.weights);
  return files;
}

/** Lowers `net`, the selected layers of the network. */
export function lowerFiles(
  { network, weights }: NetFiles,
  net: Net,
  options: Omit<LowerOptions, "trained">,
): Lowered {
  const { warn = () => {} } = options;
  const lowered = warningOfUnknownFields(net, layerFields(options.layers), warn, () => {
    refuseEmpty(network);
    if (weights?.net.layers.length === 0) {
      const { name } = weights.file;
      throw new TypeError(`Cannot take the weights of ${name}: there are no layers in it`);
    }
    const trained = weights?.net;
    return hintingAtPrototxt(
      network.file,
      weights?.file,
      () => lower(net, { ...options, trained }),
    );
  });
  // A prototxt as the caffemodel is refused if weights are missing; a network may have none.
  if (weights !== undefined && lowered.untrained.length > 0) refusePrototxt(weights);
  return lowered;
}
