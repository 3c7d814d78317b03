/**
 * Builds a model from dropped files.
 *
 * @module
 */
import { readLabels } from "../lib/labels.ts";
import type { Model } from "../lib/model.ts";
import type { NamedBytes } from "../lib/named_file.ts";
import { summarizeGraph } from "../lib/summary.ts";
import { readBundle } from "../runtime/bundle/bundle.ts";
import { codeFor } from "./code.ts";
import type { OpenedModel } from "./convert_files.ts";
import type { ModelFiles, Progress } from "./messages.ts";

/**
 * Reads a bundle, or converts a network.
 *
 * @param warn Receives warnings of possible mistakes.
 */
export async function openModel(
  files: ModelFiles,
  warn: (message: string) => void,
  onProgress: (progress: Progress) => void,
): Promise<OpenedModel> {
  const read = async (file: File): Promise<NamedBytes & { bytes: Uint8Array<ArrayBuffer> }> => {
    onProgress({ task: `Reading ${file.name}` });
    return { bytes: new Uint8Array(await file.arrayBuffer()), name: file.name };
  };
  const labels = files.labels &&
    readLabels(new Uint8Array(await files.labels.arrayBuffer()), files.labels.name);
  const mean = files.mean && await read(files.mean);
  if (files.bundle !== undefined) {
    const model = await readModel((await read(files.bundle)).bytes, onProgress);
    const prepared = mean === undefined
      ? model
      : (await codeFor("converting")).withMean(model, mean, warn);
    return { model: labels === undefined ? prepared : { ...prepared, labels }, problem: null };
  }
  onProgress({ task: "Converting" });
  const { convertFiles } = await codeFor("converting");
  return convertFiles({ ...files, mean, labels }, warn);
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
