/**
 * GuidedDropout, worked out by hand from its source.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { inputText } from "../input_text.ts";
import { testEverywhere } from "./everywhere.ts";
import { tensor } from "./harness.ts";

const features = tensor([3, 4], `1 2 3 4  5 6 7 8  9 10 11 12`);

/** A network of two inputs of these shapes. */
function textOf(settings: string, shape: readonly number[], guidance: readonly number[]): string {
  return `${inputText("x", shape)} ${inputText("guidance", guidance)}
    layer { name: "y" type: "GuidedDropout" bottom: "x" bottom: "guidance" top: "y"
      guided_dropout_param { ${settings} sigmoid_scaler: 1 } }`;
}

testEverywhere("a deterministic GuidedDropout scales what it keeps, if it keeps any", {
  text: textOf(`type: "deterministic" guidance_threshold: 0.5`, [3, 4], [3, 4, 1, 1]),
  inputs: [features, tensor([3, 4, 1, 1], `0.6 0.5 0.7 0  1 1 1 1  0 0 0.5 -1`)],
  outputs: [tensor([3, 4], `2 0 6 0  5 6 7 8  0 0 0 0`)],
});

testEverywhere("a deterministic GuidedDropout keeps whole channels of images", {
  text: textOf(`type: "deterministic" guidance_threshold: 0`, [1, 2, 2, 3], [1, 2]),
  inputs: [tensor([1, 2, 2, 3], `1 2 3 4 5 6  7 8 9 10 11 12`), tensor([1, 2], `-1 1`)],
  outputs: [tensor([1, 2, 2, 3], `0 0 0 0 0 0  14 16 18 20 22 24`)],
});

Deno.test("a stochastic GuidedDropout keeps its bottom, and needs no guidance", () => {
  const text = `${textOf(`type: "stochastic"`, [3, 4], [3, 4])}
    layer { name: "z" type: "ReLU" bottom: "y" top: "z" }`;
  const { graph } = convert({ bytes: new TextEncoder().encode(text), name: "net.prototxt" });
  assert.deepEqual(graph.inputs.map(({ name }) => name), ["x"]);
  assert.deepEqual(graph.nodes.map(({ op }) => op), ["relu"]);
});

Deno.test("GuidedDropout refuses other types, a missing threshold, and guidance of other shapes", () => {
  const refused = (settings: string, guidance: readonly number[], message: RegExp) =>
    assert.throws(() => {
      const bytes = new TextEncoder().encode(textOf(settings, [3, 4], guidance));
      convert({ bytes, name: "net.prototxt" });
    }, { message });
  refused(`type: "random"`, [3, 4], /: its type is "random", but must be stochastic or determin/);
  refused("", [3, 4], /: its type is missing, but must be stochastic or deterministic/);
  refused(`type: "deterministic"`, [3, 4], /: its type is deterministic, but its guidance_thresho/);
  const settings = `type: "deterministic" guidance_threshold: 0`;
  refused(settings, [3, 5], /: its bottoms are \[3, 4\] and \[3, 5\], but it needs features /);
});
