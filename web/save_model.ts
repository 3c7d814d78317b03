/**
 * Writes a model as a file.
 *
 * @module
 */
import { writeBundle } from "../lib/emit/bundle.ts";
import { writeNpz } from "../lib/emit/npz.ts";
import { writeOnnx } from "../lib/emit/onnx/onnx_model.ts";
import { writeSource } from "../lib/emit/source.ts";
import { type ModelFileParts, writeGraphModel } from "../lib/emit/tfjs/graph_model.ts";
import { writeSavedModel } from "../lib/emit/tfjs/saved_model/saved_model.ts";
import { type Model, titleOf } from "../lib/model.ts";
import type { Format, SavedFile } from "./messages.ts";

/** The file of a model in some format. */
export function saveModel(model: Model, format: Format): SavedFile {
  const name = titleOf(model).replace(/[^\w.-]+/g, "_") || "model";
  if (format === "class") {
    const source = writeSource(model, { runtime: "./kaffe-runtime.js" });
    return { name: `${name}.ts`, blob: new Blob([source], { type: "text/plain" }) };
  }
  if (format === "onnx") return { name: `${name}.onnx`, blob: new Blob([...writeOnnx(model)]) };
  if (format === "tfjs") return zipOf(writeGraphModel(model), `${name}-tfjs.zip`);
  if (format === "saved_model") return zipOf(writeSavedModel(model), `${name}-saved_model.zip`);
  const bundle = new Blob([...writeBundle(model, { weights: format })]);
  return { name: `${name}.npz`, blob: bundle };
}

/** Several files as one: browsers allow one click to save ten only, and no folders. */
function zipOf(files: readonly ModelFileParts[], name: string): SavedFile {
  const members = files.map(({ name, chunks }) => ({ name, parts: [...chunks] }));
  return { name, blob: new Blob([...writeNpz(members)]) };
}
