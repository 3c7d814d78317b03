/**
 * The layers of LSTM-CF, whose LSTMs read feature maps along their rows or columns.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { inputText } from "../input_text.ts";
import { netLayer, runLayer, tensor, testLayer } from "./harness.ts";
import { runText } from "./text_layer.ts";

const vertical = { height: 4, width: 3 };
const horizontal = { height: 2, width: 5, masktype: "HORIZONTAL" };

testLayer("Mask", [{
  does: "is 0 in the first row from the top",
  param: vertical,
  bottoms: [],
  tops: [tensor([4, 3], `0 0 0  1 1 1  1 1 1  1 1 1`)],
}, {
  does: "is 0 in the second and the last row from the bottom, as the fork's loops leave it",
  param: { ...vertical, direction: "BOTTOM2TOP" },
  bottoms: [],
  tops: [tensor([4, 3], `1 1 1  0 0 0  1 1 1  0 0 0`)],
}, {
  does: "is 0 in the first column from the left",
  param: { ...horizontal, direction: "LEFT2RIGHT" },
  bottoms: [],
  tops: [tensor([2, 5], `0 1 1 1 1  0 1 1 1 1`)],
}, {
  does: "is 0 in the first and the last column from the right",
  param: { ...horizontal, direction: "RIGHT2LEFT" },
  bottoms: [],
  tops: [tensor([2, 5], `0 1 1 1 0  0 1 1 1 0`)],
}]);

Deno.test("Mask refuses a missing size, and a direction across its axis", () => {
  for (
    const [param, message] of [
      [{ width: 3 }, "its height is 0 or missing, but it must be above 0"],
      [
        { ...vertical, direction: "LEFT2RIGHT" },
        "its direction is LEFT2RIGHT, but its masktype VERTICAL",
      ],
      [horizontal, "its direction is TOP2BOTTOM, but its masktype HORIZONTAL"],
    ] as const
  ) {
    assert.throws(() => runLayer(netLayer("Mask", param), []), { message });
  }
});

Deno.test("a Mask with bottoms, of other forks, is no supported type", () => {
  const text = `${inputText("x", [1, 2, 2, 2])}
    layer { name: "y" type: "Mask" bottom: "x" bottom: "x" top: "y" }`;
  assert.throws(() => convert({ bytes: new TextEncoder().encode(text), name: "net.prototxt" }), {
    message: /unsupported type:\n {2}layer "y" \(Mask with bottoms\) at net\.prototxt:3:/,
  });
});

testLayer("Transpose", [{
  does: "moves channels behind the pixels with CONVTOLSTM",
  param: { transposetype: "CONVTOLSTM", shape: { dim: [1, 3, 2] } },
  bottoms: [tensor([1, 2, 1, 3], `1 2 3  4 5 6`)],
  tops: [tensor([1, 3, 2], `1 4  2 5  3 6`)],
}, {
  does: "moves as many channels as its bottom has before the pixels with LSTMTOCONV",
  param: { transposetype: "LSTMTOCONV", shape: { dim: [2, 3, 2, 1] } },
  bottoms: [tensor([2, 3, 1, 2], `1 2 3  4 5 6    7 8 9  10 11 12`)],
  tops: [tensor([2, 3, 2, 1], `1 4  2 5  3 6    7 10  8 11  9 12`)],
}]);

Deno.test("Transpose with a transposetype refuses a shape of another size", () => {
  const param = { transposetype: "CONVTOLSTM", shape: { dim: [1, 3, 3] } };
  assert.throws(
    () => runLayer(netLayer("Transpose", param), [tensor([1, 2, 1, 3], `1 2 3  4 5 6`)]),
    { message: /\[1, 3, 2\].*\[1, 3, 3\]/ },
  );
});

Deno.test("ConvolutionDeeplab is a convolution with its own name of the settings", () => {
  const { outputs, warnings } = runText(
    `layer { name: "y" type: "ConvolutionDeeplab" bottom: "x" top: "y"
      convolution_deeplab_param { num_output: 1 kernel_size: 2 hole: 2 bias_term: false
        weight_filler { type: "constant" value: 1 } } }`,
    { x: tensor([1, 1, 3, 4], `1 2 3 4  5 6 7 8  9 10 11 12`) },
  );
  assert.deepEqual(outputs.y, tensor([1, 1, 1, 2], `24 28`));
  assert.deepEqual(warnings, []);
});
