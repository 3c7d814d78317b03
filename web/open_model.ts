/**
 * Builds a model from dropped files.
 *
 * @module
 */
import { readMean } from "../lib/caffe/read.ts";
import { convert } from "../lib/convert.ts";
import type { NamedBytes } from "../lib/named_file.ts";
import { readLabels } from "../lib/labels.ts";
import type { Model } from "../lib/model.ts";
import { summarizeGraph } from "../lib/summary.ts";
import { readBundle } from "../runtime/bundle.ts";
import type { ModelFiles, Progress } from "./messages.ts";
import { partialFile } from "./partial_file.ts";

/**
 * Reads a bundle, or converts a network.
 *
 * @param warn Receives warnings of possible mistakes.
 */
export async function openModel(
  files: ModelFiles,
  warn: (message: string) => void,
  onProgress: (progress: Progress) => void,
): Promise<Model> {
  const read = async (file: File): Promise<NamedBytes & { bytes: Uint8Array<ArrayBuffer> }> => {
    onProgress({ task: `Reading ${file.name}` });
    return { bytes: new Uint8Array(await file.arrayBuffer()), name: file.name };
  };
  const labels = files.labels &&
    readLabels(new Uint8Array(await files.labels.arrayBuffer()), files.labels.name);
  if (files.bundle !== undefined) {
    const model = await readModel((await read(files.bundle)).bytes, onProgress);
    return labels === undefined ? model : { ...model, labels };
  }
  const open = (file: File) => ({ bytes: partialFile(file), name: file.name });
  const network = open((files.network ?? files.weights)!);
  const caffemodel = files.network && files.weights && open(files.weights);
  const mean = files.mean && await read(files.mean);
  onProgress({ task: "Converting" });
  return convert(network, {
    caffemodel,
    labels,
    preprocessing: {
      ...files.pictures,
      ...(mean && { meanImage: readMean(mean.bytes, mean.name) }),
    },
    warn,
  });
}

async function readModel(
  bytes: Uint8Array<ArrayBuffer>,
  onProgress: (progress: Progress) => void,
): Promise<Model> {
  const { graph, preprocessing, labels, provenance } = await readBundle(bytes, (done, total) => {
    onProgress({ task: "Reading the bundle", part: done / total });
  });
  const summary = summarizeGraph(graph);
  return { graph, preprocessing, labels, provenance, summary, untrained: [] };
}
