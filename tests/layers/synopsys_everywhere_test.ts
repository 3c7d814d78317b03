/**
 * Layers of Synopsys's fork for data movement, normalization and arithmetic, on all engines.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { withInputShapes } from "../../runtime/graph.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { inputText } from "../input_text.ts";
import { at, numbers, tensorOf } from "./elements.ts";
import { testEverywhere } from "./everywhere.ts";
import { netLayer, runLayer, tensor } from "./harness.ts";
import { blob, runText } from "./text_layer.ts";

/** Tests a layer of some inputs and learned blobs on all engines. */
function everywhere(
  type: string,
  settings: string,
  inputs: readonly Tensor[],
  output: Tensor,
  learned: readonly Tensor[] = [],
): void {
  const given = inputs.map(({ shape }, i) => inputText(`x${i}`, shape));
  const bottoms = inputs.map((_, i) => `bottom: "x${i}"`).join(" ");
  const blobs = learned.map(({ shape, data }) => blob(shape, [...data])).join(" ");
  testEverywhere(`${type} ${settings}, of ${learned.length} blobs`, {
    text: `${given.join("")}
      layer { name: "y" type: "${type}" ${bottoms} top: "y" ${settings} ${blobs} }`,
    inputs,
    outputs: [output],
  });
}

// [N, H, W, C] as TensorFlow has it: 3 + 1 rows and 5 + 0 + 1 columns make blocks of 2 × 3.
const image = numbers([2, 3, 5, 2], 1);
const blocks = tensorOf([12, 2, 2, 2], (n, h, w, c) => {
  const pixel = Math.floor(n! / 2), row = h! * 2 + Math.floor(pixel / 3) - 1;
  const column = w! * 3 + pixel % 3;
  return row < 0 || column >= 5 ? 0 : at(image, n! % 2, row, column, c!);
});
everywhere(
  "SpaceToBatchND",
  "space_to_batch_nd_param { block_shape: [2, 3] paddings: [1, 0, 0, 1] }",
  [image],
  blocks,
);
everywhere(
  "BatchToSpaceND",
  "batch_to_space_nd_param { block_shape: [2, 3] crops: [1, 0, 0, 1] }",
  [blocks],
  image,
);
everywhere(
  "SpaceToBatchND",
  "space_to_batch_nd_param { block_shape: 5 paddings: [1, 1] }",
  [image],
  tensorOf([10, 1, 5, 2], (n, _, w, c) => {
    const row = Math.floor(n! / 2) - 1;
    return row < 0 || row > 2 ? 0 : at(image, n! % 2, row, w!, c!);
  }),
);

const table = numbers([3, 4, 2, 3], 2);
everywhere(
  "GatherNd",
  "gather_nd_param { indices: [2, 0, 0, 3, 1, 1, 2, 0] shape: [2, 2, 2] }",
  [table],
  tensorOf(
    [2, 2, 2, 3],
    (i, j, k, l) => at(table, ...[[[2, 0], [0, 3]], [[1, 1], [2, 0]]][i!]![j!]!, k!, l!),
  ),
);
everywhere(
  "GatherNd",
  "gather_nd_param { indices: [1, 2, 0, 1] shape: 4 }",
  [table],
  tensorOf([], () => at(table, 1, 2, 0, 1)),
);

/** The source rows of REFLECT, SYMMETRIC and EDGE for 3 rows with padding 2 before and 1 after. */
const sourceRows: Readonly<Record<string, readonly number[]>> = {
  REFLECT: [2, 1, 0, 1, 2, 1],
  SYMMETRIC: [1, 0, 0, 1, 2, 2],
  EDGE: [0, 0, 0, 1, 2, 2],
};
for (const [mode, rows] of Object.entries(sourceRows)) {
  const columns = [0, 1, 2, 3, ...mode === "REFLECT" ? [2] : [3]];
  const x = numbers([2, 3, 4], 3);
  everywhere(
    "MirrorPad",
    `mirror_pad_param { paddings: [0, 0, 2, 1, 0, 1] mode: "${mode}" }`,
    [x],
    tensorOf([2, 6, 5], (i, h, w) => at(x, i!, rows[h!]!, columns[w!]!)),
  );
}
const few = numbers([1, 2], 4);
everywhere(
  "MirrorPad",
  `mirror_pad_param { paddings: [0, 0, 1, 2] mode: "CONSTANT" constant_values: 3 }`,
  [few],
  tensorOf([1, 5], (_, i) => i === 0 || i! > 2 ? 3 : at(few, 0, i! - 1)),
);

/** Each sample, normalized by its mean and variance. */
function normalized(x: Tensor, eps: number): Tensor {
  const length = x.data.length / x.shape[0]!;
  const rows = Array.from({ length: x.shape[0]! }, (_, n) => {
    const row = x.data.subarray(n * length, (n + 1) * length);
    const mean = row.reduce((sum, value) => sum + value, 0) / length;
    const variance = row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / length;
    return [...row].map((value) => (value - mean) / Math.sqrt(variance + eps));
  });
  return { shape: x.shape, data: Float32Array.from(rows.flat()) };
}
const sample = numbers([2, 3, 4], 5), scale = numbers([3, 4], 6), offset = numbers([3, 4], 7);
const expected = normalized(sample, 0.25);
everywhere("LayerNorm", "layer_norm_param { eps: 0.25 }", [sample], expected);
everywhere(
  "LayerNorm",
  "layer_norm_param { eps: 0.25 elementwise_affine: true }",
  [sample],
  tensorOf(
    [2, 3, 4],
    (n, i, j) => at(expected, n!, i!, j!) * at(scale, i!, j!) + at(offset, i!, j!),
  ),
  [scale, offset],
);

for (const [axis, p] of [[1, 1], [-1, 2], [0, 2]] as const) {
  const place = (axis + 3) % 3;
  everywhere(
    "LpNormalization",
    `lp_normalization_param { axis: ${axis} p: ${p} }`,
    [sample],
    tensorOf([2, 3, 4], (...at3) => {
      let sum = 0;
      for (let k = 0; k < [2, 3, 4][place]!; k++) {
        sum += Math.abs(at(sample, ...at3.with(place, k))) ** p;
      }
      return at(sample, ...at3) / sum ** (1 / p);
    }),
  );
}

everywhere(
  "Sum",
  "sum_param { axis: [2, 0] keepdims: true }",
  [sample],
  tensorOf([1, 3, 1], (_, i) => {
    let sum = 0;
    for (let n = 0; n < 2; n++) for (let j = 0; j < 4; j++) sum += at(sample, n, i!, j);
    return sum;
  }),
);
everywhere(
  "HardTanh",
  "",
  [sample],
  tensorOf([2, 3, 4], (...place) => Math.min(Math.max(at(sample, ...place), -1), 1)),
);

const bases = tensorOf([2, 3], (i, j) => 0.5 + i! + j! / 4), exponents = tensor([3], `2 -1 0.5`);
const powers = tensorOf([2, 3], (i, j) => at(bases, i!, j!) ** exponents.data[j!]!);
everywhere("Pow", "", [bases, exponents], powers);
everywhere("Pow", "", [bases], powers, [exponents]);
everywhere(
  "Pow",
  "",
  [numbers([2, 3], 8)],
  tensorOf([2, 3], (i, j) => at(numbers([2, 3], 8), i!, j!) ** 3),
  [tensor([1], `3`)],
);

Deno.test("Pow warns that different exponents need positive bases", () => {
  const told = (exponents: string) =>
    runText(`layer { name: "y" type: "Pow" bottom: "x" top: "y" ${exponents} }`, { x: bases })
      .warnings;
  assert.deepEqual(told(blob([3], [2, 2, 2])), []);
  assert.match(told(blob([3], [2, 3, 2])).join(), /^layer "y": its powers .* bases above 0 have$/);
});

const sixteen = tensorOf([4, 2, 2], (i) => i!);
for (
  const [type, settings, x, message] of [
    ["SpaceToBatchND", { block_shape: [2] }, sixteen, /two numbers for each of them$/],
    ["SpaceToBatchND", { block_shape: [3], paddings: [0, 0] }, sixteen, /must divide the axes/],
    [
      "BatchToSpaceND",
      { block_shape: [2, 2, 1], crops: [] },
      sixteen,
      /^its block_shape is \[2, 2/,
    ],
    ["BatchToSpaceND", { block_shape: [3], crops: [0, 0] }, sixteen, /must divide the samples/],
    ["BatchToSpaceND", { block_shape: [2], crops: [2, 2] }, sixteen, /and leave some pixels$/],
    ["GatherNd", { indices: [1] }, sixteen, /^it has 1 indices of the shape \[\]/],
    ["GatherNd", { indices: [1, 2], shape: [1] }, sixteen, /^it has 2 indices of the shape \[1\]/],
    ["GatherNd", { indices: [1, 2], shape: [2] }, sixteen, /^its index 2 of axis 1 is not below/],
    ["GatherNd", { indices: [-1], shape: [1] }, sixteen, /^its index -1 of axis 0 is not below/],
    ["MirrorPad", { paddings: [0, 0, 0, 0, 0, 0] }, sixteen, /^its mode is "", not one of CONST/],
    ["MirrorPad", { paddings: [0, 0], mode: "EDGE" }, sixteen, /two numbers for each axis/],
    ["MirrorPad", { paddings: [0, 0, 2, 0, 0, 0], mode: "REFLECT" }, sixteen, /a mirror shows$/],
    ["LayerNorm", {}, sixteen, /has no eps, and its default is unknown$/],
    ["LpNormalization", { p: 2 }, sixteen, /lacks axis or p, of which no defaults are known$/],
    ["LpNormalization", { axis: 1, p: 3 }, sixteen, /^its p is 3, but must be 1 or 2$/],
  ] as const
) {
  Deno.test(`${type} refuses ${JSON.stringify(settings)}`, () => {
    assert.throws(() => runLayer(netLayer(type, settings), [x]), { name: "TypeError", message });
  });
}

Deno.test("SpaceToBatchND accepts any batch and any extents that its blocks divide", () => {
  const text = `input: "x" input_shape { dim: 1 dim: 4 dim: 6 dim: 2 }
    layer { name: "b" type: "SpaceToBatchND" bottom: "x" top: "b"
      space_to_batch_nd_param { block_shape: [2, 3] paddings: [0, 0, 0, 0] } }
    layer { name: "y" type: "BatchToSpaceND" bottom: "b" top: "y"
      batch_to_space_nd_param { block_shape: [2, 3] crops: [1, 0, 0, 2] } }`;
  const file = { bytes: new TextEncoder().encode(text), name: "net.prototxt" };
  const { names } = withInputShapes(convert(file).graph, new Map([["x", [3, 6, 9, 2]]]));
  assert.deepEqual(names.get("b")!.shape, [18, 3, 3, 2]);
  assert.deepEqual(names.get("y")!.shape, [3, 5, 7, 2]);
});

const classes = tensor([2, 3], `0 3 -1  1.5 4 -0.5`);
const isClass = (n: number, i: number, k: number) => {
  const index = at(classes, n, i);
  return index >= 0 && Math.floor(index) === k;
};
everywhere(
  "OneHot",
  "one_hot_param { depth: 4 }",
  [classes],
  tensorOf([2, 3, 4], (n, i, k) => +isClass(n!, i!, k!)),
);
everywhere(
  "OneHot",
  "one_hot_param { depth: 4 axis: 1 on_value: 5 off_value: -2 }",
  [classes],
  tensorOf([2, 4, 3], (n, k, i) => isClass(n!, i!, k!) ? 5 : -2),
);

Deno.test("OneHot refuses no depth, and an axis beyond the others", () => {
  const refused = (param: Record<string, unknown>, message: RegExp) =>
    assert.throws(() => runLayer(netLayer("OneHot", param), [classes]), { message });
  refused(
    {},
    /^its depth is 0 or missing, but it must be at least 1; .* custom layer can be given/,
  );
  refused({ depth: 4, axis: 3 }, /^its axis is 3, but it must be between -1 and 2$/);
});
