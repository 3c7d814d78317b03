/**
 * SpatialTransformer of both forks, worked out by hand.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { upgrade } from "../../lib/upgrade/mod.ts";
import { withInputShapes } from "../../runtime/graph.ts";
import { inputText } from "../input_text.ts";
import { join } from "../join.ts";
import { testEverywhere } from "./everywhere.ts";
import { tensor } from "./harness.ts";

const network = (samples: number, entries: number, settings: string) => `
  ${inputText("u", [samples, 1, 2, 4])} ${inputText("theta", [samples, entries])}
  layer { name: "st" type: "SpatialTransformer" bottom: "u" bottom: "theta" top: "v" ${settings} }`;

const picture = `1 2 3 4  5 6 7 8`;

testEverywhere(
  "SpatialTransformer reads the entries that are not set from its second bottom, for each sample",
  {
    text: network(
      2,
      3,
      "st_param { theta_1_1: 1 theta_1_2: 0 theta_2_1: 0 output_W: 2 to_compute_dU: false }",
    ),
    // Rows start at 0 and 1, columns at 1.5 and −1.2, and lie 1 apart.
    inputs: [
      tensor([2, 1, 2, 4], `${picture}  ${picture}`),
      tensor([2, 3], `0 0.5 0.25  1 0.5 -1.1`),
    ],
    outputs: [tensor([2, 1, 2, 2], `2.5 3.5  6.5 7.5  0 4  0 0`)],
  },
);

testEverywhere("SpatialTransformer with settings has the row before the column", {
  text: network(1, 6, "st_param { }"),
  // The row is j / 2, and the column 2i.
  inputs: [tensor([1, 1, 2, 4], picture), tensor([1, 6], `0 1 0  1 0 0`)],
  outputs: [tensor([1, 1, 2, 4], `1 3 5 2.5  3 5 7 3.5`)],
});

testEverywhere("SpatialTransformer without settings has the column before the row", {
  text: network(1, 6, ""),
  // x is (j + 3) / 2, and y is j / 3.
  inputs: [tensor([1, 1, 2, 4], picture), tensor([1, 6], `0.5 0 0.5  1 0 0`)],
  outputs: [
    tensor([1, 1, 2, 4], `2.5 4.3333333 6.1666667 8  2.5 4.3333333 6.1666667 8`),
  ],
});

const converted = (text: string, warn = (_: string) => {}) =>
  convert({ bytes: new TextEncoder().encode(text), name: "net.prototxt" }, { warn }).graph;

Deno.test("SpatialTransformer warns if it has no settings, and keeps its extents", () => {
  const warnings: string[] = [];
  const graph = converted(network(1, 6, ""), (warning) => warnings.push(warning));
  assert.match(warnings.join(), /^layer "st": columns are first .* add st_param \{ \}$/);
  const resize = (...shape: number[]) => withInputShapes(graph, new Map([["u", shape]]));
  assert.deepEqual(resize(1, 1, 2, 4).names.get("v")!.shape, [1, 1, 2, 4]);
  assert.throws(() => resize(1, 1, 3, 4), /^TypeError: Cannot run "st\/axis2"/);
});

Deno.test("SpatialTransformer refuses an incomplete transformation", () => {
  const refuse = (text: string, message: RegExp) =>
    assert.throws(() => converted(text), { name: "TypeError", message });
  refuse(network(1, 5, "st_param { }"), /its second bottom is \[1, 5\].*must be \[N, 6\]$/m);
  refuse(network(1, 6, "st_param { theta_1_1: 1 }"), /5 entries .* are not set.*\[N, 5\]$/m);
  refuse(network(1, 6, 'st_param { sampler_type: "nearest" }'), /its sampler_type nearest/);
  refuse(network(1, 6, "st_param { output_H: 0 }"), /its top is \[0, 4\] pixels/);
});

Deno.test("SpatialTransformer has the settings of a binary file", () => {
  const bytes = new TextEncoder().encode(network(1, 6, "st_param { output_H: 3 }"));
  const binary = upgrade({ bytes, name: "net.prototxt" }, { format: "binary" });
  const warnings: string[] = [];
  const { graph } = convert({ bytes: join(binary), name: "net.caffemodel" }, {
    warn: (warning) => warnings.push(warning),
  });
  assert.deepEqual(warnings, []);
  const numbers = ({ constants }: typeof graph) => [...constants.values()];
  assert.deepEqual(numbers(graph), numbers(converted(network(1, 6, "st_param { output_H: 3 }"))));
});
