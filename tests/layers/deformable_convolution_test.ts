/**
 * DeformableConvolution against results worked out by hand, and with offsets of 0 against
 * Convolution, computed in one piece or in several.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import {
  deformableConvolution,
  deformed,
} from "../../lib/layers/convolutions/deformable_convolution.ts";
import { runReference } from "../../runtime/reference.ts";
import { difference } from "../golden.ts";
import { inputText } from "../input_text.ts";
import { Random } from "../random.ts";
import { testEverywhere } from "./everywhere.ts";
import { tensor } from "./harness.ts";

const text = (type: string, param: string, others: string, masks = "") => `
  ${inputText("x", [1, 2, 2, 3])} ${inputText("offset", [1, 8, 2, 2])} ${masks}
  layer { name: "c" type: "${type}" bottom: "x" bottom: "offset" ${others} top: "y" ${param} {
    num_output: 1 kernel_h: 1 kernel_w: 2 deformable_group: 2 } }`;

const image = tensor([1, 2, 2, 3], `1 2 3  4 5 6   10 20 30  40 50 60`);
/** The offsets down and right for each group and each pixel of a window. */
const offsets = tensor(
  [1, 8, 2, 2],
  `
  0 0  0 0     0.5 0  0 -1   1 0  0 0.5  0 0     0 0
  0 0  0 0     0 0    0 0    -0.5 0  0 0   0 0.25  0 0`,
);
const blobs = {
  "c:0": tensor([1, 2, 1, 2], `1 3  0.1 0.2`),
  "c:1": tensor([1], `0.5`),
};

testEverywhere("DeformableConvolution samples pixels at the offsets in its second bottom", {
  text: text("DeformableConvolution", "deformable_convolution_param", ""),
  inputs: [image, offsets],
  blobs,
  // 1.5 + 3·5 + 0.1·10 + 0;  2 + 3·3 + 0.1·20 + 0.2·30;  …  4 + 3·6 + 0.1·50 + 0.2·60
  outputs: [tensor([1, 1, 2, 2], `18 19.5  33.5 39.5`)],
});

testEverywhere(
  "ModulatedDeformableConvolution multiplies samples by its mask, and interpolates with 0 beyond the border",
  {
    text: text(
      "ModulatedDeformableConvolution",
      "modulated_deformable_convolution_param",
      'bottom: "mask"',
      inputText("mask", [1, 4, 2, 2]),
    ),
    inputs: [
      image,
      offsets,
      tensor([1, 4, 2, 2], `1 1  1 1   1 0.5  1 1   1 1  0 1   1 1  1 0.5`),
    ],
    blobs,
    // 1.5 + 3·5 + 0.1·10 + 0.2·10;  2 + 3·3/2 + 0.1·20 + 0.2·22.5;  …  4 + 3·3 + 0.1·50 + 0.2·60/2
    outputs: [tensor([1, 1, 2, 2], `20 13.5  29.5 24.5`)],
  },
);

const windows =
  "num_output: 6 kernel_h: 2 kernel_w: 3 stride_h: 2 stride_w: 1 pad_h: 1 pad_w: 2 dilation: 2";

for (const group of [1, 2, 6]) {
  for (const deformableGroup of [1, 3]) {
    for (const most of [undefined, 1200, 700, 1]) {
      const groups = `group ${group}, deformable_group ${deformableGroup}`;
      const pieces = most === undefined ? "in one piece" : `with up to ${most} numbers`;
      Deno.test(`DeformableConvolution with offsets of 0 equals Convolution: ${groups}, ${pieces}`, async () => {
        const random = new Random(3);
        const shapes = [[2, 12, 4, 5], [2, 12 * deformableGroup, 2, 5]];
        const text = `${shapes.map((shape, i) => inputText(`${i}`, shape)).join("")}
          layer { name: "a" type: "Convolution" bottom: "0" top: "a"
                  convolution_param { ${windows} group: ${group} } }
          layer { name: "b" type: "DeformableConvolution" bottom: "0" bottom: "1" top: "b"
                  deformable_convolution_param {
                    ${windows} group: ${group} deformable_group: ${deformableGroup} } }`;
        const weights = random.tensor([6, 12 / group, 2, 3], -1);
        const biases = random.tensor([6], -1);
        const { graph } = convert({ bytes: new TextEncoder().encode(text), name: "net" }, {
          warn: () => {},
          transforms: [],
          inject: ["a", "b"].flatMap((layer) => [
            { layer, index: 0, value: weights },
            { layer, index: 1, value: biases },
          ]),
          layers: [{
            ...deformableConvolution,
            lower: (instance) => [deformed(instance as never, most)],
          }],
        });
        const inputs = [random.tensor(shapes[0]!, -1), {
          shape: shapes[1]!,
          data: new Float32Array(240 * deformableGroup),
        }];
        const outputs = ["a", "b"].map((name) => graph.names.get(name)!);
        const [expected, actual] = await runReference(graph, inputs, outputs);
        assert.deepEqual(actual!.shape, expected!.shape);
        assert(difference(actual!.data, expected!.data) < 1e-6);
        const pieces = graph.nodes.filter(({ op }) => op === "flowWarp").length;
        // A channel of windows has 120 numbers.
        const channels = most === undefined ? 12 : Math.max(1, Math.floor(most / 120));
        assert(pieces >= 12 / channels, `it has ${pieces} pieces`);
        assert.equal(pieces === 1, most === undefined);
      });
    }
  }
}

Deno.test("DeformableConvolution refuses bottoms that do not fit", () => {
  const bytes = new TextEncoder().encode(
    text("DeformableConvolution", "deformable_convolution_param", "").replace("dim: 8", "dim: 4"),
  );
  assert.throws(
    () => convert({ bytes, name: "net" }, { warn: () => {} }),
    /its second bottom is \[1, 4, 2, 2\], but it must be \[1, 8, 2, 2\]/,
  );
});
