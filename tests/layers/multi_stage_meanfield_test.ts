/**
 * MultiStageMeanfield, worked out by hand for pixels without neighbours, or with equal ones.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { runReference } from "../../runtime/reference.ts";
import type { Shape, Tensor } from "../../runtime/tensor.ts";
import { inputText } from "../input_text.ts";
import { testEverywhere } from "./everywhere.ts";
import { tensor } from "./harness.ts";

const deviations = "theta_alpha: 160 theta_beta: 3 theta_gamma: 3";

function text([batch, classes, height, width]: Shape, settings: string): string {
  const input = (name: string, channels: number) =>
    inputText(name, [batch!, channels, height!, width!]);
  return `${input("u", classes!)} ${input("q", classes!)} ${input("picture", 3)}
    layer { name: "crf" type: "MultiStageMeanfield" bottom: "u" bottom: "q" bottom: "picture"
            top: "y" multi_stage_meanfield_param { ${settings} } }`;
}

const refused =
  /^Cannot express the network in TensorFlow's ops.*depends on the colours of the image/s;

const [spatial, bilateral, compatibility] = [[3, 1, 0, 2], [5, 0, 2, 4], [-1, 0.5, 0, -2]] as const;

const blobs = (...matrices: readonly (readonly number[])[]) =>
  Object.fromEntries(
    matrices.map((matrix, i) => [`crf:${i}`, tensor([1, 1, 2, 2], matrix.join(" "))]),
  );

/** The scores of two classes after some iterations, for a pixel whose neighbours are equal to it. */
function scoresOf(
  scores: readonly [number, number],
  start: readonly [number, number],
  spatial: readonly number[],
  iterations: number,
): readonly [number, number] {
  let [a, b] = start;
  for (let i = 0; i < iterations; i++) {
    const p = 1 / (1 + Math.exp(b - a)), rest = 1 - p;
    const first = (spatial[0]! + bilateral[0]) * p + (spatial[1]! + bilateral[1]) * rest;
    const second = (spatial[2]! + bilateral[2]) * p + (spatial[3]! + bilateral[3]) * rest;
    a = scores[0] - compatibility[0] * first - compatibility[1] * second;
    b = scores[1] - compatibility[2] * first - compatibility[3] * second;
  }
  return [a, b];
}

testEverywhere(
  "MultiStageMeanfield starts from its second bottom, and multiplies by its learned matrices",
  {
    text: text([2, 2, 1, 1], `num_iterations: 3 ${deviations}`),
    inputs: [
      tensor([2, 2, 1, 1], `0.5 -0.25  1 2`),
      tensor([2, 2, 1, 1], `-0.5 1  4 2`),
      tensor([2, 3, 1, 1], `10 20 30  0 0 255`),
    ],
    blobs: blobs(spatial, bilateral, compatibility),
    outputs: [tensor(
      [2, 2, 1, 1],
      [...scoresOf([0.5, -0.25], [-0.5, 1], spatial, 3), ...scoresOf([1, 2], [4, 2], spatial, 3)]
        .join(" "),
    )],
    refused,
  },
);

const none = [0, 0, 0, 0];
const [left, right] = [
  scoresOf([0.5, -0.25], [-0.5, 1], none, 2),
  scoresOf([-1, 0.75], [0.25, 0], none, 2),
];

testEverywhere("MultiStageMeanfield's bilateral kernel separates pixels of different colours", {
  text: text([1, 2, 2, 3], `num_iterations: 2 ${deviations}`),
  // The last column is blue.
  inputs: [
    tensor([1, 2, 2, 3], `0.5 0.5 -1  0.5 0.5 -1   -0.25 -0.25 0.75  -0.25 -0.25 0.75`),
    tensor([1, 2, 2, 3], `-0.5 -0.5 0.25  -0.5 -0.5 0.25   1 1 0  1 1 0`),
    tensor([1, 3, 2, 3], `9 9 255  9 9 255   9 9 0  9 9 0   9 9 0  9 9 0`),
  ],
  blobs: blobs(none, bilateral, compatibility),
  outputs: [tensor(
    [1, 2, 2, 3],
    [0, 1].flatMap((k) => [left[k], left[k], right[k], left[k], left[k], right[k]]).join(" "),
  )],
  refused,
});

const convertText = (text: string) =>
  convert({ bytes: new TextEncoder().encode(text), name: "net.prototxt" }, { warn: () => {} })
    .graph;

const weights = "spatial_filter_weight: 3 bilateral_filter_weight: 5";

Deno.test("MultiStageMeanfield gives a deviating pixel the class of its neighbours", async () => {
  const shape = [1, 2, 5, 6], plane = 30, odd = 14;
  const graph = convertText(text(shape, `num_iterations: 5 ${deviations} ${weights}`));
  const scores: Tensor = {
    shape,
    data: Float32Array.from({ length: 2 * plane }, (_, i) => i === odd ? -1 : i < plane ? 1 : 0),
  };
  const picture = { shape: [1, 3, 5, 6], data: new Float32Array(3 * plane).fill(80) };
  const [y] = await runReference(graph, [scores, scores, picture], [graph.names.get("y")!]);
  for (let p = 0; p < plane; p++) assert(y!.data[p]! > y!.data[plane + p]! + 1);
});

Deno.test("MultiStageMeanfield uses Potts matrices if it has no trained ones", () => {
  const matrix = (settings: string) => {
    const { constants } = convertText(
      text([1, 2, 3, 4], `num_iterations: 5 ${deviations} ${settings}`),
    );
    return [...constants].find(([{ name }]) => name === "crf/weights")![1];
  };
  assert.deepEqual([...matrix(weights)], [-3, 0, -5, 0, 0, -3, 0, -5]);
  const strings = (spatial: string) =>
    `spatial_filter_weights_str: "${spatial}" bilateral_filter_weights_str: "4 5"`;
  assert.deepEqual([...matrix(strings("2 3"))], [-2, 0, -4, 0, 0, -3, 0, -5]);
  assert.throws(() => matrix(strings("2")), /the filler "spatial_filter_weights_str"/);
});

Deno.test("MultiStageMeanfield refuses unsupported settings", () => {
  const refuse = (settings: string, message: RegExp) =>
    assert.throws(() => convertText(text([1, 2, 3, 4], settings)), { name: "TypeError", message });
  refuse(deviations, /its num_iterations is 0, but it must be above 1/);
  refuse(
    "num_iterations: 5 theta_alpha: 160 theta_gamma: 3",
    /160, 0 and 3, but they must be above 0/,
  );
  refuse(
    `num_iterations: 5 ${deviations} spatial_weight: 3 bilateral_weight: 5`,
    /it has spatial_weight, which belongs to another layer of this name/,
  );
});

Deno.test("MultiStageMeanfield is read from files in the format of 2014", () => {
  const v1 = text([1, 2, 3, 4], `num_iterations: 5 ${deviations}`)
    .replace("layer {", "layers {").replace('"MultiStageMeanfield"', "MULTI_STAGE_MEANFIELD");
  assert.deepEqual(convertText(v1).nodes.map(({ op }) => op), ["meanField"]);
});
