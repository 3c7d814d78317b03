/**
 * What `kaffe convert` writes. Formats that only some conversions need are loaded on demand.
 *
 * @module
 */
import { basename, extname, join } from "node:path";
import { type BundleOptions, writeBundle } from "../lib/emit/bundle.ts";
import { writeSource } from "../lib/emit/source.ts";
import type { ModelFileParts } from "../lib/emit/tfjs/graph_model.ts";
import type { Model } from "../lib/model.ts";
import { showBytes } from "../lib/numbers.ts";
import type { ConvertValues, Storage } from "./convert_options.ts";
import { print } from "./print.ts";
import { startProgress } from "./progress.ts";
import { importPath, runtimePath } from "./runtime_path.ts";
import { type FileToWrite, writeFiles } from "./write_file.ts";

/** A file, or a folder with several. */
export interface ConvertOutput {
  readonly path: string;
  readonly isFolder: boolean;
  /** The file itself, or those in the folder. */
  readonly files: readonly FileToWrite[];
}

/** The outputs that the options name: bundle, class, ONNX model, graph model and SavedModel. */
export async function outputsOf(
  model: Model,
  values: ConvertValues,
  storage: Storage,
  options: Pick<BundleOptions, "onRounded" | "compressor">,
): Promise<readonly ConvertOutput[]> {
  const {
    "data-output-path": bundle,
    "code-output-path": code,
    "onnx-output-path": onnx,
    "tfjs-output-path": graphModel,
    "saved-model-output-path": savedModel,
  } = values;
  const outputs: ConvertOutput[] = [];
  const addFile = (path: string, chunks: FileToWrite["chunks"]) => {
    outputs.push({ path, isFolder: false, files: [{ path, chunks }] });
  };
  const addFolder = (path: string, parts: readonly ModelFileParts[]) => {
    const files = parts.map(({ name, chunks }) => ({ path: join(path, name), chunks }));
    outputs.push({ path, isFolder: true, files });
  };
  if (bundle !== undefined) {
    addFile(bundle, (rewrite) => {
      return writeBundle(model, { ...options, weights: storage.bundle, rewrite });
    });
  }
  if (code !== undefined) {
    const { ops = values.layers } = values;
    const source = writeSource(model, {
      runtime: values.runtime ?? runtimePath(code),
      ops: ops && importPath(code, ops),
      className: model.graph.name || basename(code, extname(code)),
    });
    addFile(code, [new TextEncoder().encode(source)]);
  }
  if (onnx !== undefined) {
    const { writeOnnx } = await import("../lib/emit/onnx/onnx_model.ts");
    addFile(onnx, writeOnnx(model, { weights: storage.onnx }));
  }
  if (graphModel !== undefined) {
    const { writeGraphModel } = await import("../lib/emit/tfjs/graph_model.ts");
    addFolder(graphModel, writeGraphModel(model, { weights: storage.tfjs }));
  }
  if (savedModel !== undefined) {
    const { writeSavedModel } = await import("../lib/emit/tfjs/saved_model/saved_model.ts");
    addFolder(savedModel, writeSavedModel(model));
  }
  return outputs;
}

/**
 * Writes outputs, and prints what was written.
 *
 * @param size The expected size of the largest file in bytes, for the progress bar.
 */
export async function writeOutputs(outputs: readonly ConvertOutput[], size: number): Promise<void> {
  if (outputs.length === 0) {
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
    const files = outputs.flatMap(({ files }) => files);
    sizes = await writeFiles(files, (bytes) => progress.update(bytes));
  }
  print("");
  let first = 0;
  for (const { path, isFolder, files } of outputs) {
    const end = first + files.length;
    const total = sizes.slice(first, end).reduce((sum, size) => sum + size, 0);
    print(`Wrote ${path} (${isFolder ? `${files.length} files, ` : ""}${showBytes(total)})`);
    first = end;
  }
}
