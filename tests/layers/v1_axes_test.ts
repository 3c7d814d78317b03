/**
 * Bottoms in V1 files, which had four axes.
 */
import assert from "node:assert/strict";
import { inputText } from "../input_text.ts";
import { testEverywhere } from "./everywhere.ts";
import { tensor } from "./harness.ts";
import { runText } from "./text_layer.ts";

const [row, pixels] = [tensor([2, 2], `1 2  3 4`), tensor([2, 2, 1, 1], `5 6  7 8`)];
const inputs = `${inputText("row", row.shape)} ${inputText("pixels", pixels.shape)}`;

testEverywhere("Eltwise in a V1 file drops axes of 1, or adds them", {
  text: `${inputs}
    layers { name: "a" type: ELTWISE bottom: "row" bottom: "pixels" top: "a"
      eltwise_param { operation: PROD } }
    layers { name: "b" type: ELTWISE bottom: "pixels" bottom: "row" bottom: "pixels" top: "b" }`,
  inputs: [row, pixels],
  outputs: [tensor([2, 2], `5 12  21 32`), tensor([2, 2, 1, 1], `11 14  17 20`)],
});

testEverywhere("Concat in a V1 file drops axes of 1, or adds them", {
  text: `${inputs}
    layers { name: "a" type: CONCAT bottom: "row" bottom: "pixels" top: "a" }
    layers { name: "b" type: CONCAT bottom: "pixels" bottom: "row" top: "b" }`,
  inputs: [row, pixels],
  outputs: [tensor([2, 4], `1 2 5 6  3 4 7 8`), tensor([2, 4, 1, 1], `5 6 1 2  7 8 3 4`)],
});

Deno.test("in the current format and with larger axes they are refused, as by Caffe", () => {
  const run = (layer: string, image = pixels) => runText(layer, { row, image });
  const bottoms = `name: "a" bottom: "row" bottom: "image" top: "a"`;
  assert.throws(() => run(`layer { type: "Eltwise" ${bottoms} }`), { message: /Eltwise.*bottoms/ });
  assert.throws(() => run(`layer { type: "Concat" ${bottoms} }`), { message: /Concat/ });
  const wide = tensor([2, 2, 1, 2], `1 2 3 4 5 6 7 8`);
  assert.throws(() => run(`layers { type: ELTWISE ${bottoms} }`, wide), { message: /Eltwise/ });
});
