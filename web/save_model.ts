/**
 * Writes a model as a file.
 *
 * @module
 */
import { writeBundle } from "../lib/emit/bundle.ts";
import { writeNpz } from "../lib/emit/npz.ts";
import { writeOnnx } from "../lib/emit/onnx/onnx_model.ts";
import { writeSource } from "../lib/emit/source.ts";
import { writeGraphModel } from "../lib/emit/tfjs/graph_model.ts";
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
  if (format === "tfjs") {
    // Browsers allow one click to save ten files only, so they are zipped.
    const members = writeGraphModel(model)
      .map(({ name, chunks }) => ({ name, parts: [...chunks] }));
    return { name: `${name}-tfjs.zip`, blob: new Blob([...writeNpz(members)]) };
  }
  const bundle = new Blob([...writeBundle(model, { weights: format })]);
  return { name: `${name}.npz`, blob: bundle };
}
