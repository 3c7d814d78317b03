/** InnerDistance against plain loops. */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { at, numbers, tensorOf } from "./elements.ts";
import { testEverywhere } from "./everywhere.ts";
import { blob, runText } from "./text_layer.ts";

const x = numbers([3, 2, 4], 1), centers = numbers([5, 8], 2), biases = numbers([5], 3);

const distances = (term: (difference: number) => number, centers: Tensor, biases?: Tensor) =>
  tensorOf([3, 5], (m, n) => {
    let sum = biases?.data[n!] ?? 0;
    for (let k = 0; k < 8; k++) sum += term(x.data[8 * m! + k]! - at(centers, n!, k));
    return sum;
  });
const square = (difference: number) => difference ** 2;
const unit = tensorOf([5, 8], (n, k) => {
  const row = centers.data.subarray(8 * n!, 8 * n! + 8);
  return row[k!]! / Math.hypot(...row);
});

const learned = ({ shape, data }: Tensor) => blob(shape, [...data]);
const layer = (settings: string, bottoms = "", blobs = "") =>
  `layer { name: "y" type: "InnerDistance" bottom: "x" ${bottoms} top: "y"
    inner_distance_param { ${settings} } ${blobs} }`;
const input = `input: "x" input_shape { dim: 3 dim: 2 dim: 4 }`;

testEverywhere("InnerDistance sums up squared differences, and adds the stored biases", {
  text: input +
    layer(`num_output: 5 distance_type: "L2"`, "", learned(centers) + learned(biases)),
  inputs: [x],
  outputs: [distances(square, centers, biases)],
});

testEverywhere("InnerDistance sums up absolute differences, from unit vectors with normalize", {
  text: input + layer(
    `num_output: 5 bias_term: false distance_type: "L1" normalize: true`,
    "",
    learned(centers),
  ),
  inputs: [x],
  outputs: [distances(Math.abs, unit)],
});

testEverywhere("InnerDistance takes its second bottom as the centers", {
  text: input + `input: "centers" input_shape { dim: 5 dim: 8 }` +
    layer(`distance_type: "L2"`, `bottom: "centers"`),
  inputs: [x, centers],
  outputs: [distances(square, centers)],
});

Deno.test("InnerDistance needs no labels outside training", () => {
  const settings = `num_output: 5 distance_type: "L2" update_center_only: true`;
  const text = layer(settings, `bottom: "label"`, learned(centers));
  const label = numbers([3], 4);
  const { y } = runText(text, { x, label }).outputs;
  assert.deepEqual(y!.shape, [3, 5]);
  const expected = distances(square, centers);
  y!.data.forEach((value, i) => assert(Math.abs(value - expected.data[i]!) < 1e-4));
  const { outputs } = runText(layer(settings, "", learned(centers)), { x });
  assert.deepEqual(outputs.y, y);
});

Deno.test("InnerDistance refuses what it cannot mean", () => {
  const refused = (settings: string, message: RegExp, bottoms = "", inputs = {}) =>
    assert.throws(() => runText(layer(settings, bottoms), { x, ...inputs }), { message });
  refused("num_output: 5", /its distance_type is missing, but it must be "L1" or "L2"/);
  refused(`distance_type: "L2"`, /its num_output is 0 or missing/);
  refused(`num_output: 5 distance_type: "L2" transpose: true`, /its transpose is true/);
  const other = { centers: numbers([5, 7], 1) };
  refused(
    `distance_type: "L2"`,
    /its centers are \[5, 7\], .* \[N, 8\]/,
    `bottom: "centers"`,
    other,
  );
});

Deno.test("a Parameter starts from its blob_filler, as the centers of NormFace do", () => {
  const text = (filler: string) =>
    `layer { name: "centers" type: "Parameter" top: "centers" parameter_param {
      shape { dim: 5 dim: 8 } blob_filler { ${filler} } } }` +
    layer(`distance_type: "L2"`, `bottom: "centers"`);
  const { outputs, warnings } = runText(text('type: "constant" value: 3'), { x });
  assert.deepEqual(warnings, []);
  const threes = tensorOf([5, 8], () => 3);
  const expected = distances(square, threes);
  outputs.y!.data.forEach((value, i) => assert(Math.abs(value - expected.data[i]!) < 1e-3));

  // Random centers are weights that only training knows.
  const { graph } = convert({
    bytes: new TextEncoder().encode(input + text('type: "gaussian_unitball"')),
    name: "net.prototxt",
  });
  assert.deepEqual(graph.outputs, ["y"]);
});
