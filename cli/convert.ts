/**
 * `kaffe convert`: converts a Caffe network to a bundle, a class, and ONNX and TensorFlow models.
 *
 * @module
 */
import { dirname } from "node:path";
import { convert as convertNetwork } from "../lib/convert.ts";
import type { WeightsType } from "../lib/emit/bundle.ts";
import type { RoundingError } from "../lib/emit/rounding/rounding_error.ts";
import { readLabels } from "../lib/labels.ts";
import type { Model } from "../lib/model.ts";
import { defineCommand } from "./command.ts";
import {
  convertOptions,
  type ConvertValues,
  refuseUnusedOptions,
  storageFrom,
} from "./convert_options.ts";
import { outputsOf, writeOutputs } from "./convert_outputs.ts";
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
import { UsageError } from "./usage_error.ts";

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
    const outputs = await outputsOf(model, values, storage, {
      onRounded: (error) => errors.push(error),
      compressor: threads.compressor,
    });
    const paths = outputs.flatMap(({ files }) => files.map(({ path }) => path));
    refuseOverwriting(read, paths);
    const folders = outputs.filter(({ isFolder }) => isFolder);
    const old = await Promise.all(folders.map(({ path }) => oldShards(path)));
    using made = makeFolders(paths.map((path) => dirname(path)));
    await writeOutputs(outputs, sizeOf(model, storage.bundle));
    made.keep();
    for (const path of new Set(old.flat()).difference(new Set(paths))) {
      await Deno.remove(path).catch(() => {});
    }
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
