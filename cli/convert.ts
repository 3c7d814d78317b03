/**
 * `kaffe convert`: converts a Caffe network to a bundle, a class, and ONNX and TensorFlow models. What
 * only some conversions need is loaded on demand.
 *
 * @module
 */
import { basename, dirname, extname, join } from "node:path";
import { convert as convertNetwork } from "../lib/convert.ts";
import { type BundleOptions, type WeightsType, writeBundle } from "../lib/emit/bundle.ts";
import type { RoundingError } from "../lib/emit/rounding/rounding_error.ts";
import { writeSource } from "../lib/emit/source.ts";
import type { ModelFileParts } from "../lib/emit/tfjs/graph_model.ts";
import { readLabels } from "../lib/labels.ts";
import type { Model } from "../lib/model.ts";
import { showBytes } from "../lib/numbers.ts";
import { defineCommand } from "./command.ts";
import {
  convertOptions,
  type ConvertValues,
  refuseUnusedOptions,
  type Storage,
  storageFrom,
} from "./convert_options.ts";
import { DeflateThreads } from "./deflate_threads.ts";
import { readFile, readOrOpen } from "./files.ts";
import { makeFolders } from "./folders.ts";
import { readInjections } from "./injections.ts";
import { checkInputs, readInputs } from "./inputs.ts";
import { layerTable } from "./layer_table.ts";
import { importLayers } from "./layers_module.ts";
import { networkOptionsFrom } from "./network_options.ts";
import { oldShards } from "./old_shards.ts";
import { readNames } from "./option_values.ts";
import { refuseOverwriting } from "./output_paths.ts";
import { preprocessingFrom } from "./preprocessing_options.ts";
import { print, printWarning } from "./print.ts";
import { startProgress } from "./progress.ts";
import { importPath, runtimePath } from "./runtime_path.ts";
import { UsageError } from "./usage_error.ts";
import { type FileToWrite, writeFiles } from "./write_file.ts";

/** Converts a network. */
export const convert = defineCommand({
  files: { name: "NETWORK [CAFFEMODEL]", least: 1, most: 2 },
  options: convertOptions,
  examples: [
    "convert deploy.prototxt net.caffemodel -o model.npz --labels labels.txt --mean-values 104,117,123",
    "convert net.caffemodel -o model.npz --weights float16      (a caffemodel that holds its network)",
    "convert deploy.prototxt net.caffemodel --onnx-output-path model.onnx",
    "convert deploy.prototxt net.caffemodel --tfjs-output-path model_tfjs/",
  ],
  async run({ files: [file, second], values: given }, read) {
    if (second !== undefined && given.caffemodel !== undefined) {
      throw new UsageError(`the caffemodel is given twice: ${second} and ${given.caffemodel}`);
    }
    const values = { ...given, caffemodel: second ?? given.caffemodel };
    const storage = storageFrom(values);
    refuseUnusedOptions(values, storage);
    using opened = new DisposableStack();
    using threads = new DeflateThreads();
    const model = await readModel(file!, values, opened);
    const fed = await readInputs(values.input, {
      inputs: model.graph.inputs,
      preprocessing: model.preprocessing,
    });
    checkInputs(model.graph, fed);
    print(layerTable(model.summary));
    const errors: RoundingError[] = [];
    const outputs = await outputFiles(model, values, storage, {
      onRounded: (error) => errors.push(error),
      compressor: threads.compressor,
    });
    const folders = await tensorFlowFolders(model, values, storage);
    const files = folders.flatMap(({ files }) => files);
    refuseOverwriting(read, files.map(({ path }) => path));
    const old = await Promise.all(folders.map(({ path }) => oldShards(path)));
    using made = makeFolders(files.map(({ path }) => dirname(path)));
    await write(outputs, folders, sizeOf(model, storage.bundle));
    made.keep();
    const leftOver = new Set(old.flat()).difference(new Set(files.map(({ path }) => path)));
    for (const path of leftOver) await Deno.remove(path).catch(() => {});
    const bundle = values["data-output-path"];
    if (bundle !== undefined && storage.bundle !== "float32" && !values["no-compare"]) {
      const { ops } = await importLayers(values.layers);
      const { roundingTable } = await import("./rounding_table.ts");
      const table = await roundingTable(model, bundle, errors, fed, ops);
      print(`\nErrors by ${storage.bundle}:\n\n${table}`);
    }
    return 0;
  },
});

/** The bundle, the class and the ONNX model. */
async function outputFiles(
  model: Model,
  values: ConvertValues,
  storage: Storage,
  options: Pick<BundleOptions, "onRounded" | "compressor">,
): Promise<readonly FileToWrite[]> {
  const files: FileToWrite[] = [];
  const [bundle, code] = [values["data-output-path"], values["code-output-path"]];
  const onnx = values["onnx-output-path"];
  if (bundle !== undefined) {
    files.push({
      path: bundle,
      chunks: (rewrite) => writeBundle(model, { ...options, weights: storage.bundle, rewrite }),
    });
  }
  if (code !== undefined) {
    const { ops = values.layers } = values;
    const source = writeSource(model, {
      runtime: values.runtime ?? runtimePath(code),
      ops: ops && importPath(code, ops),
      className: model.graph.name || basename(code, extname(code)),
    });
    files.push({ path: code, chunks: [new TextEncoder().encode(source)] });
  }
  if (onnx !== undefined) {
    const { writeOnnx } = await import("../lib/emit/onnx/onnx_model.ts");
    files.push({ path: onnx, chunks: writeOnnx(model, { weights: storage.onnx }) });
  }
  return files;
}

/** An output folder with several files. */
interface FolderToWrite {
  readonly path: string;
  readonly files: readonly FileToWrite[];
}

/** The folders of the graph model and the SavedModel. */
async function tensorFlowFolders(
  model: Model,
  values: ConvertValues,
  { tfjs: weights }: Storage,
): Promise<readonly FolderToWrite[]> {
  const [graphModel, savedModel] = [values["tfjs-output-path"], values["saved-model-output-path"]];
  const folders: FolderToWrite[] = [];
  const add = (path: string, files: readonly ModelFileParts[]) => {
    const inside = files.map(({ name, chunks }) => ({ path: join(path, name), chunks }));
    folders.push({ path, files: inside });
  };
  if (graphModel !== undefined) {
    const { writeGraphModel } = await import("../lib/emit/tfjs/graph_model.ts");
    add(graphModel, writeGraphModel(model, { weights }));
  }
  if (savedModel !== undefined) {
    const { writeSavedModel } = await import("../lib/emit/tfjs/saved_model/saved_model.ts");
    add(savedModel, writeSavedModel(model));
  }
  return folders;
}

async function readModel(
  file: string,
  values: ConvertValues,
  opened: DisposableStack,
): Promise<Model> {
  const { caffemodel, labels, outputs } = values;
  const { layers } = await importLayers(values.layers);
  const read = async (name: string) => ({ bytes: await readOrOpen(name, opened), name });
  return convertNetwork(await read(file), {
    ...networkOptionsFrom(values),
    outputs: outputs.length > 0 ? outputs.flatMap(readNames) : undefined,
    layers,
    inject: await readInjections(values.inject),
    ...(caffemodel && { caffemodel: await read(caffemodel) }),
    preprocessing: await preprocessingFrom(values),
    ...(labels && { labels: readLabels(await readFile(labels), labels) }),
    ...(values["no-optimize"] ? { transforms: [] } : {}),
    deferWeights: true,
    warn: printWarning,
  });
}

/** The largest size of a bundle in bytes, without its `model.json`. */
function sizeOf({ graph }: Model, weights: WeightsType): number {
  const bytes = { float32: 4, float16: 2, int8: 1 }[weights];
  return graph.constants.values().reduce((sum, { length }) => sum + length * bytes, 0);
}

async function write(
  outputs: readonly FileToWrite[],
  folders: readonly FolderToWrite[],
  size: number,
): Promise<void> {
  const files = [...outputs, ...folders.flatMap(({ files }) => files)];
  if (files.length === 0) {
    print(
      "\nNothing was written: -o model.npz writes a bundle, --code-output-path " +
        "model.ts a class, --onnx-output-path model.onnx an ONNX model, --tfjs-output-path and " +
        "--saved-model-output-path a folder for TensorFlow",
    );
    return;
  }
  let sizes: readonly number[];
  {
    using progress = startProgress("writing", size, showBytes);
    sizes = await writeFiles(files, (bytes) => progress.update(bytes));
  }
  print("");
  for (const [i, { path }] of outputs.entries()) print(`Wrote ${path} (${showBytes(sizes[i]!)})`);
  let first = outputs.length;
  for (const { path, files } of folders) {
    const end = first + files.length;
    const total = sizes.slice(first, end).reduce((sum, size) => sum + size);
    print(`Wrote ${path} (${files.length} files, ${showBytes(total)})`);
    first = end;
  }
}
