import assert from "node:assert/strict";
import { expectTensor, netLayer, runLayer, tensor, testLayer } from "./harness.ts";
import { runText } from "./text_layer.ts";

testLayer("ChannelScale", [{
  does: "multiplies the channels at each position by one number",
  bottoms: [tensor([2, 2, 1, 2], `1 2 3 4  5 6 7 8`), tensor([2, 1, 1, 2], `1 10  2 -1`)],
  tops: [tensor([2, 2, 1, 2], `1 20 3 40  10 -6 14 -8`)],
}, {
  does: "takes factors of another rank",
  bottoms: [tensor([2, 2], `1 2  3 4`), tensor([2, 1, 1, 1], `10 100`)],
  tops: [tensor([2, 2], `10 20  300 400`)],
}, {
  does: "changes nothing without do_forward",
  param: { do_forward: false },
  bottoms: [tensor([1, 2, 1, 1], `1 2`), tensor([1, 1, 1, 1], `10`)],
  tops: [tensor([1, 2, 1, 1], `1 2`)],
}]);

Deno.test("ChannelScale undoes Normalize", () => {
  const x = tensor([1, 2, 1, 3], `3 -6 1  4 8 0`);
  const { outputs, warnings } = runText(
    `layer { name: "norm" type: "Normalize" bottom: "x" top: "unit" top: "norm"
       normalize_param { normalize_type: "L2" bp_norm: true } }
     layer { name: "y" type: "ChannelScale" bottom: "unit" bottom: "norm" top: "y" }`,
    { x },
  );
  expectTensor(outputs.y!, x);
  assert.deepEqual(warnings, []);
});

Deno.test("Normalize without settings and weights is that of the fork for faces", () => {
  const text = `layer { name: "n" type: "Normalize" bottom: "x" top: "n" }`;
  const { outputs, warnings } = runText(text, { x: tensor([1, 2, 1, 2], `3 5 4 12`) });
  expectTensor(outputs.n!, tensor([1, 2, 1, 2], `0.6 ${5 / 13} 0.8 ${12 / 13}`));
  assert.deepEqual(warnings, []);
});

Deno.test("ChannelScale refuses one number for each channel", () => {
  const layer = netLayer("ChannelScale", {}, { bottoms: ["x", "factors"] });
  const bottoms = [tensor([1, 2, 1, 1], `1 2`), tensor([1, 2, 1, 1], `1 2`)];
  assert.throws(() => runLayer(layer, bottoms), {
    message: "its bottoms are [1, 2, 1, 1] and [1, 2, 1, 1], but the second must have one number " +
      "for each position of the first",
  });
});

Deno.test("ChannelScale refuses the global scale", () => {
  const layer = `layer { name: "y" type: "ChannelScale" bottom: "x" bottom: "n" top: "y"
    channel_scale_param { global_scale: true } }`;
  const inputs = { x: tensor([1, 2, 1, 1], `1 2`), n: tensor([1, 1, 1, 1], `1`) };
  assert.throws(() => runText(layer, inputs), /global_scale/);
});
