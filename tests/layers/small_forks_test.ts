/**
 * Layers of forks with few settings: renamed layers of Caffe's, identities and simple functions.
 */
import assert from "node:assert/strict";
import { testEverywhere } from "./everywhere.ts";
import { expectTensor, netLayer, runLayer, tensor, testLayer } from "./harness.ts";
import { runText } from "./text_layer.ts";

const image = tensor([1, 1, 2, 3], `1 2 3  4 5 6`);

testLayer("MVN", [{
  does: "adds eps to the variance with add_eps_before_sqrt, as in Synopsys's fork",
  param: { eps: 3, add_eps_before_sqrt: true },
  bottoms: [tensor([1, 1, 1, 2], `1 3`)],
  tops: [tensor([1, 1, 1, 2], `-0.5 0.5`)],
}]);

testLayer("Reshape", [{
  does: "copies 0s among num, channels, height and width, as before it was part of Caffe",
  param: { channels: 1, height: 3, width: 2 },
  bottoms: [tensor([2, 6], `1 2 3 4 5 6  7 8 9 10 11 12`)],
  tops: [tensor([2, 1, 3, 2], `1 2 3 4 5 6  7 8 9 10 11 12`)],
}, {
  does: "takes an absent axis for one of extent 1",
  param: { num: -1, channels: 3 },
  bottoms: [tensor([2, 6], `1 2 3 4 5 6  7 8 9 10 11 12`)],
  tops: [tensor([4, 3, 1, 1], `1 2 3 4 5 6  7 8 9 10 11 12`)],
}]);

testLayer("Im2Seq", [{
  does: "is Im2seq",
  bottoms: [tensor([1, 2, 2, 3], `1 2 3  4 5 6  7 8 9  10 11 12`)],
  tops: [tensor([1, 3, 1, 4], `1 4 7 10  2 5 8 11  3 6 9 12`)],
}]);

testLayer("MIL", [{
  does: "takes the maxima of each context_per_roi rows",
  param: { context_per_roi: 2 },
  bottoms: [tensor([5, 3], `1 5 -9  4 2 -8  7 7 1  8 6 2  99 99 99`)],
  tops: [tensor([2, 3, 1, 1], `4 5 -8  8 7 2`)],
}, {
  does: "takes scores in either shape",
  param: { context_per_roi: 1 },
  bottoms: [tensor([2, 2, 1, 1], `1 2  3 4`)],
  tops: [tensor([2, 2, 1, 1], `1 2  3 4`)],
}]);

Deno.test("MIL refuses scores that are no rows, or too few", () => {
  for (const [rows, shape] of [[3, [2, 4]], [0, [2, 4]], [1, [2, 4, 1, 2]], [1, [2]]] as const) {
    const scores = { shape, data: new Float32Array(16) };
    assert.throws(() => runLayer(netLayer("MIL", { context_per_roi: rows }), [scores]), {
      message: new RegExp(`^its bottom is .*, but with context_per_roi ${rows} it must be .N, C. `),
    });
  }
});

const planes = tensor([1, 2, 3, 5], Array.from({ length: 30 }, (_, i) => i).join(" "));

testLayer("CropCenter", [
  {
    does: "removes as much at the start of each axis as at its end",
    param: { crop_size: [0, 0, 1, 2] },
    bottoms: [planes],
    tops: [tensor([1, 2, 1, 1], `7 22`)],
  },
  {
    does: "is the identity with zeros",
    param: { crop_size: [0, 0, 0, 0] },
    bottoms: [planes],
    tops: [planes],
  },
]);

Deno.test("CropCenter needs a number for each axis, that leaves something", () => {
  assert.throws(() => runLayer(netLayer("CropCenter", { crop_size: [1, 1] }), [planes]), {
    message: "it has 2 crop_size, but needs 4, one for each axis of its bottom [1, 2, 3, 5]",
  });
  assert.throws(() => runLayer(netLayer("CropCenter", { crop_size: [0, 1, 0, 0] }), [planes]), {
    message: "its crop_size 1 leaves nothing of the 2 of axis 1",
  });
});

testLayer("AxpyFast", [{
  does: "computes the same as Axpy",
  bottoms: [
    tensor([1, 2], `2 3`),
    tensor([1, 2, 1, 2], `1 2  3 4`),
    tensor([1, 2, 1, 2], `5 6  7 8`),
  ],
  tops: [tensor([1, 2, 1, 2], `7 10  16 20`)],
}]);

testLayer("Scalar", [
  {
    does: "multiplies by its second bottom along its axis",
    param: { axis: 0 },
    bottoms: [tensor([2, 2, 1], `1 2  3 4`), tensor([2], `10 100`)],
    tops: [tensor([2, 2, 1], `10 20  300 400`)],
  },
  {
    does: "multiplies by its learned blob",
    param: { axis: 1, num_axes: 2 },
    bottoms: [tensor([2, 2, 1], `1 2  3 4`)],
    blobs: [tensor([2, 1], `2 -1`)],
    tops: [tensor([2, 2, 1], `2 -2  6 -4`)],
  },
]);

Deno.test("Scalar needs an axis", () => {
  assert.throws(() => runLayer(netLayer("Scalar"), [image]), { message: /^it has no axis/ });
});

testLayer("ReorgYolo", [{
  does: "rearranges pixels into channels like Reorg",
  param: { stride: 2 },
  bottoms: [tensor([1, 4, 2, 2], Array.from({ length: 16 }, (_, i) => i).join(" "))],
  tops: runLayer(
    netLayer("Reorg", { stride: 2 }),
    [tensor([1, 4, 2, 2], Array.from({ length: 16 }, (_, i) => i).join(" "))],
  ),
}]);

testLayer("RegionYolo", [{
  does: "computes the same as Region, flattened",
  param: { classes: 2, num: 1, coords: 4 },
  bottoms: [tensor([1, 7, 1, 2], `0 1  1 0  5 6  7 8  0 0  2 0  2 0`)],
  tops: [tensor(
    [1, 14],
    `0.5 0.7310586  0.7310586 0.5  5 6  7 8  0.5 0.5  0.5 0.5  0.5 0.5`,
  )],
}]);

for (
  const [type, settings] of [
    ["GradientScaler", "gradient_scaler_param { lower_bound: 0 upper_bound: 1 alpha: 10 }"],
    ["GradientReversal", ""],
    ["GRL", ""],
    ["OutputDecay", `output_decay_param { regularization_type: "L1" output_decay: 1e-10 }`],
  ]
) {
  Deno.test(`${type} is the identity`, () => {
    const text = `layer { name: "y" type: "${type}" bottom: "x" top: "y" ${settings} }`;
    const { outputs, warnings } = runText(text, { x: image });
    assert.deepEqual(warnings, []);
    assert.deepEqual(outputs.y, image);
  });
}

Deno.test("MMDLoss in place keeps the features, which later layers read, and is a loss otherwise", () => {
  const settings = `mmd_param { num_of_kernel: 5 method_param { top_num: 5 } fix_gamma: false }`;
  const text = (bottom: string, top: string) => `
    layer { name: "features" type: "Power" bottom: "x" top: "features" power_param { scale: 2 } }
    layer { name: "mmd" type: "MMDLoss" bottom: "features" bottom: "${bottom}" top: "${top}" ${settings} }
    layer { name: "scores" type: "Power" bottom: "features" top: "scores" power_param { shift: 1 } }
    layer { name: "loss" type: "SoftmaxWithLoss" bottom: "scores" bottom: "label" }`;
  const inputs = { x: tensor([1, 2], `1 2`), label: tensor([1], `0`) };
  const expected = tensor([1, 2], `0.119202922 0.880797078`);
  const inPlace = runText(text("label", "features"), inputs);
  assert.deepEqual(inPlace.warnings, []);
  expectTensor(inPlace.outputs.loss!, expected);
  const separate = runText(text("features", "mmd"), inputs);
  assert.deepEqual(separate.warnings, [
    'layer "mmd" is left out: only training compares two domains',
  ]);
  expectTensor(separate.outputs.loss!, expected);
});

Deno.test("DenseCRF is left out, and its scores become an output", () => {
  const text = `
    layer { name: "scores" type: "ReLU" bottom: "x" top: "scores" }
    layer { name: "crf" type: "DenseCRF" bottom: "scores" bottom: "size" bottom: "x" top: "crf"
      dense_crf_param { max_iter: 10 pos_w: 3 } }`;
  const { outputs, warnings } = runText(text, { x: image, size: tensor([1, 2], `2 3`) });
  assert.deepEqual(warnings, [
    'layer "crf" is left out: its refinement of scores by the picture\'s colours is ' +
    "post-processing; its first bottom is an output",
  ]);
  assert.deepEqual(outputs.scores, image);
});

testLayer("Threshold", [{
  does: "gives 1 above 0 by default, and 0 for others",
  bottoms: [tensor([4], `-1 0 0.5 2`)],
  tops: [tensor([4], `0 0 1 1`)],
}]);

testLayer("SignedSqrt", [{
  does: "gives the square root of magnitudes, with their signs",
  bottoms: [tensor([5], `4 -9 0 0.25 -0.0001`)],
  tops: [tensor([5], `2 -3 0 0.5 -0.01`)],
}]);

testLayer("SpatialProduct", [{
  does: "multiplies all channels of a sample by one channel",
  bottoms: [tensor([2, 2, 1, 2], `1 2 3 4  5 6 7 8`), tensor([2, 1, 1, 2], `10 100  1 0`)],
  tops: [tensor([2, 2, 1, 2], `10 200 30 400  5 0 7 0`)],
}]);

Deno.test("SpatialProduct refuses a second bottom of another size", () => {
  const layer = netLayer("SpatialProduct", {}, { bottoms: ["a", "b"] });
  assert.throws(() => runLayer(layer, [image, tensor([1, 1, 2, 1], `1 2`)]), {
    message: /^its bottoms are \[1, 1, 2, 3\] and \[1, 1, 2, 1\], but the second/,
  });
});

testLayer("Noise", [{
  does: "is the identity outside training",
  param: { gaussian_std: 3 },
  bottoms: [image],
  tops: [image],
}]);

Deno.test("Noise refuses a filler_param", () => {
  const text = `layer { name: "y" type: "Noise" bottom: "x" top: "y"
    noise_param { filler_param { type: "gaussian" std: 2 } } }`;
  assert.throws(() => runText(text, { x: image }), {
    message: /it has a filler_param, so that it adds noise outside training too/,
  });
});

testLayer("Padding", [{
  does: "pads with zeros before each axis and after it",
  param: { pad_beg: 1, pad_end: 2 },
  bottoms: [image],
  tops: [tensor([1, 1, 5, 6], `0 0 0 0 0 0  0 1 2 3 0 0  0 4 5 6 0 0  0 0 0 0 0 0  0 0 0 0 0 0`)],
}, {
  does: "crops with negative settings",
  param: { pad_beg: 0, pad_end: -1 },
  bottoms: [image],
  tops: [tensor([1, 1, 1, 2], `1 2`)],
}, {
  does: "pads each side by its own setting with pad_value",
  param: { pad_t: 1, pad_l: 2, pad_value: 7 },
  bottoms: [image],
  tops: [tensor([1, 1, 3, 5], `7 7 7 7 7  7 7 1 2 3  7 7 4 5 6`)],
}, { does: "is the identity by default", bottoms: [image], tops: [image] }]);

Deno.test("Padding refuses different signs, too large crops, and settings of two forks", () => {
  for (
    const [settings, message] of [
      [{ pad_beg: 1, pad_end: -1 }, /both must have the same sign$/],
      [{ pad_t: -1 }, /^its padding is -1, 0, 0, 0, but must be at least 0$/],
      [{ pad_beg: 1, pad_value: 3 }, /settings of another fork$/],
    ] as const
  ) assert.throws(() => runLayer(netLayer("Padding", settings), [image]), { message });
});

testEverywhere("UnPooling moves values to the places of maxima", {
  text: `input: "x" input_shape { dim: 1 dim: 1 dim: 2 dim: 4 }
    layer { name: "p" type: "Pooling" bottom: "x" top: "p" top: "mask"
      pooling_param { kernel_size: 2 stride: 2 } }
    layer { name: "y" type: "UnPooling" bottom: "p" bottom: "mask" top: "y"
      unpooling_param { unpool: MAX kernel_size: 2 stride: 2 unpool_h: 2 unpool_w: 4 } }`,
  inputs: [tensor([1, 1, 2, 4], `1 -2 3 4  5 0 6 -1`)],
  outputs: [tensor([1, 1, 2, 4], `0 0 0 0  5 0 6 0`)],
  refused: /of several elements with one position the last must win/,
});

for (
  const [module, layer] of [
    ["norm2layer", "Norm2Layer"],
    ["triplet.l2norm_layer", "L2NormLayer"],
  ] as const
) {
  const norm2 = (shape: string) => `
    input: "x" input_shape { ${shape} }
    layer { name: "n" type: "Python" bottom: "x" top: "n"
      python_param { module: "${module}" layer: "${layer}" } }`;

  testEverywhere(`${layer} divides samples by their L2 norm, but not zeros`, {
    text: norm2("dim: 3 dim: 2"),
    inputs: [tensor([3, 2], `3 4  0 0  -5 12`)],
    outputs: [tensor([3, 2], `0.6 0.8  0 0  ${-5 / 13} ${12 / 13}`)],
  });

  Deno.test(`${layer} refuses images`, () => {
    assert.throws(() => runText(norm2("dim: 1 dim: 2 dim: 3 dim: 3"), {}), {
      message: /its bottom is \[1, 2, 3, 3\], but it needs two axes \[N, C\]/,
    });
  });
}

testEverywhere("a second top of ReLU is 1 where the bottom is positive, and 0 elsewhere", {
  text: `input: "x" input_shape { dim: 1 dim: 1 dim: 2 dim: 3 }
    layer { type: "Power" name: "half" bottom: "x" top: "half" power_param { scale: 0.5 } }
    layer { type: "ReLU" name: "relu" bottom: "half" top: "half" top: "mask"
      relu_param { negative_slope: 0.5 } }`,
  inputs: [tensor([1, 1, 2, 3], `-2 0 4  1 -6 8`)],
  outputs: [
    tensor([1, 1, 2, 3], `-0.5 0 2  0.5 -1.5 4`),
    tensor([1, 1, 2, 3], `0 0 1  1 0 1`),
  ],
});
