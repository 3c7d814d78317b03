/**
 * Converts networks for training that are given as text, to test what of them stays.
 *
 * @module
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { inputText } from "../input_text.ts";

/** A layer of a prototxt; its bottoms and tops are words of a text. */
export function layer(type: string, bottoms: string, tops: string, rest = ""): string {
  const names = (field: string, text: string) =>
    text.split(" ").filter(Boolean).map((name) => `${field}: "${name}" `).join("");
  const name = (tops || bottoms).split(" ")[0];
  return `layer { name: "${name}" type: "${type}" ` +
    `${names("bottom", bottoms)}${names("top", tops)}${rest} }\n`;
}

/** An InnerProduct layer. */
export const learned = (bottom: string, top: string, classes = 4) =>
  layer("InnerProduct", bottom, top, `inner_product_param { num_output: ${classes} }`);
/** An Input layer. */
export const input = (name: string, ...shape: number[]) => inputText(name, shape);
/** The settings of a Python layer, by its module and class. */
export const python = (name: string, settings = "") =>
  `python_param { module: "${name.replace(/\.\w+$/, "")}" layer: "${name.split(".").at(-1)}"
    param_str: "${settings}" }`;

/** Images of a database, and labels. */
export const data = layer(
  ...["Data", "", "data label", "transform_param { crop_size: 2 } data_param { batch_size: 2 }"],
);

/** A network, and what stays of it; names are words of a text. */
export interface Case {
  readonly does: string;
  readonly text: string;
  /** The names of the inputs, by default `"data"`. */
  readonly inputs?: string;
  readonly outputs: string;
  readonly warns?: readonly string[];
}

/** The warning of a layer that is left out. */
export const onlyTraining = (name: string, type: string) =>
  `layer "${name}" is left out: type ${type} is not supported, and only training needs it`;

/** Tests the inputs, outputs and warnings of each network. */
export function testPredictions(cases: readonly Case[]): void {
  for (const { does, text, inputs = "data", outputs, warns = [] } of cases) {
    Deno.test(does, () => {
      const warnings: string[] = [];
      const { graph } = convert({ bytes: new TextEncoder().encode(text), name: "net.prototxt" }, {
        transforms: [],
        warn: (message) => message.startsWith("layer") && warnings.push(message),
      });
      assert.deepEqual(graph.outputs.join(" "), outputs);
      assert.deepEqual(graph.inputs.map(({ name }) => name).join(" "), inputs);
      assert.deepEqual(warnings, warns);
    });
  }
}
