/**
 * The layers of DSTFlow: DynamicBilinear, against its fork's formula, and Floacc.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { at, numbers, tensorOf } from "./elements.ts";
import { testEverywhere } from "./everywhere.ts";
import { netLayer, runLayer } from "./harness.ts";

const flow = numbers([2, 2, 3, 4], 1), picture = numbers([2, 1, 7, 5], 2);

/** The flow at another size, as the fork's kernel computes it. */
function resized(height: number, width: number): Tensor {
  return tensorOf([2, 2, height, width], (n, c, row, column) => {
    const y = row! * (3 - 1) / (height - 1), x = column! * (4 - 1) / (width - 1);
    let sum = 0;
    for (const h of [Math.floor(y), Math.floor(y) + 1]) {
      for (const w of [Math.floor(x), Math.floor(x) + 1]) {
        if (h >= 3 || w >= 4) continue;
        sum += (1 - Math.abs(y - h)) * (1 - Math.abs(x - w)) * at(flow, n!, c!, h, w);
      }
    }
    return sum;
  });
}

const network = (bottoms: string, settings: string) => `
  input: "flow" input_shape { dim: 2 dim: 2 dim: 3 dim: 4 }
  ${bottoms.includes("like") ? 'input: "like" input_shape { dim: 2 dim: 1 dim: 7 dim: 5 }' : ""}
  layer { name: "y" type: "DynamicBilinear" ${bottoms} top: "y" ${settings} }`;

for (
  const [does, settings, height, width] of [
    ["to a size", "dynamic_bilinear_param { output_h: 5 output_w: 9 scale: 2 }", 5, 9],
    ["by a scale", "dynamic_bilinear_param { scale: 2.5 }", 7, 10],
  ] as const
) {
  testEverywhere(`DynamicBilinear resizes ${does}`, {
    text: network('bottom: "flow"', settings),
    inputs: [flow],
    outputs: [resized(height, width)],
  });
}

testEverywhere("DynamicBilinear resizes to the size of its second bottom", {
  text: network('bottom: "flow" bottom: "like"', ""),
  inputs: [flow, picture],
  outputs: [resized(7, 5)],
});

Deno.test("DynamicBilinear prefers its settings to its second bottom, and needs a size", () => {
  const run = (param: Record<string, unknown>, bottoms: readonly Tensor[]) => {
    const names = bottoms.map((_, i) => `${i}`);
    return runLayer(netLayer("DynamicBilinear", param, { bottoms: names }), bottoms);
  };
  assert.deepEqual(run({ scale: 2 }, [flow, picture])[0]!.shape, [2, 2, 6, 8]);
  const message = "it needs an output_h and an output_w, a scale, or a second bottom";
  assert.throws(() => run({ output_h: 5 }, [flow]), { message });
  assert.throws(() => run({ output_h: 5, output_w: 0 }, [flow]), {
    message: "its output_w is 0 or missing, but it must be above 0",
  });
});

Deno.test("Floacc is left out, and FloData with it", () => {
  const warnings: string[] = [];
  const text = `${network('bottom: "flow"', "dynamic_bilinear_param { scale: 2 }")}
    layer { name: "f" type: "FloData" top: "truth" }
    layer { name: "e" type: "Floacc" bottom: "y" bottom: "truth" top: "EPE" top: "accuracy" }`;
  const { graph } = convert(
    { bytes: new TextEncoder().encode(text), name: "net.prototxt" },
    { warn: (message) => warnings.push(message) },
  );
  assert.deepEqual(graph.outputs, ["y"]);
  assert.deepEqual(graph.inputs.map(({ name }) => name), ["flow"]);
  assert.deepEqual(warnings, []);
});
