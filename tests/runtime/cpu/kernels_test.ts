/**
 * Edge cases of the CPU's kernels: windows that extend beyond the padding, neighbours in some
 * channels only, and rows whose length is no multiple of four.
 */
import assert from "node:assert/strict";
import { writeBundle } from "../../../lib/emit/bundle.ts";
import type { Value } from "../../../runtime/graph.ts";
import { Network } from "../../../runtime/mod.ts";
import { join } from "../../join.ts";
import { Random, Sketch } from "../../random.ts";
import { testOnCpu } from "../op_case.ts";

testOnCpu("average pooling ignores elements beyond the padding at the bottom and right", "pool2d", [
  [{ method: "average", kernel: [3, 2], stride: [2, 3], pad: [1, 0] }, [2, 3, 6, 12]],
  [{ method: "average", kernel: [2, 3], stride: [3, 2], pad: [0, 1] }, [2, 3, 9, 4]],
]);

testOnCpu("pooling takes no memory for strides far beyond the image", "pool2d", [
  [{ method: "max", kernel: [3, 2], stride: [65536, 65536] }, [2, 3, 6, 12]],
  [{ method: "average", kernel: [3, 2], stride: [2, 2 ** 30], pad: [1, 0] }, [2, 3, 6, 12]],
]);

testOnCpu("LRN of the first, middle and last channels equals plain loops", "lrn", [
  [{ size: 3, alpha: 2, k: 2 }, [2, 6, 3, 5]],
  [{ size: 5, alpha: 3, k: 1 }, [1, 7, 1, 3]],
]);

// From the second step on, the cell is updated in place.
testOnCpu(
  "an LSTM updates each cell once per step, for any number of units",
  "recurrent",
  [5, 6, 7].map(
    (units) => {
      const random = new Random(units);
      const cont = { shape: [3, 2], data: Float32Array.of(0, 1, 1, 1, 1, 1) };
      const state = [1, 2, units];
      const weights = random.tensor([4 * units, units], -0.2, 0.2);
      return [{ kind: "lstm" }, [3, 2, 4 * units], cont, state, state, weights] as const;
    },
  ),
);

Deno.test("common functions of one number are computed by kernels, not in plain loops", async () => {
  const names = ["relu", "relu6", "elu", "sigmoid", "tanh", "swish", "abs", "clip"] as const;
  for (const name of names) {
    const sketch = new Sketch();
    const output = sketch.add(name, name, [sketch.input("data", [1, 9])], {});
    const bundle = join(writeBundle({ graph: sketch.finish(output) }));
    const network = await Network.load(bundle, { device: "cpu" });
    const variants = (await network.profile({ data: new Float32Array(9) }))
      .map(({ variant }) => variant);
    network.destroy();
    assert.equal(variants.length, 1);
    assert.notEqual(variants[0], "plain loops", name);
  }
});

testOnCpu("windows two and three pixels apart are packed as in plain loops", "conv2d", [
  [{ output: 8, kernel: [3, 3], stride: [2, 2], pad: [1, 1] }, [1, 3, 9, 21], [8, 3, 3, 3], [8]],
  [{ output: 5, kernel: [1, 2], stride: [1, 2] }, [2, 4, 6, 7], [5, 4, 1, 2], [5]],
  [{ output: 6, kernel: [2, 2], stride: [2, 3] }, [1, 4, 7, 29], [6, 4, 2, 2], [6]],
]);

Deno.test("depthwise convolution and pooling pad each plane where they use it", async () => {
  const window = { kernel: [3, 3], stride: [2, 2], pad: [1, 1] } as const;
  const variantsOf = async (build: (sketch: Sketch, input: Value) => Value) => {
    const sketch = new Sketch();
    const output = build(sketch, sketch.input("data", [1, 6, 9, 11]));
    const bundle = join(writeBundle({ graph: sketch.finish(output) }));
    const network = await Network.load(bundle, { device: "cpu" });
    const timings = await network.profile({ data: new Float32Array(6 * 9 * 11) });
    network.destroy();
    return timings.map(({ variant }) => variant);
  };
  const pooled = await variantsOf((sketch, input) =>
    sketch.add("pool2d", "pool", [input], { method: "max", ...window })
  );
  assert.deepEqual(pooled, ["pool"]);
  const convolved = await variantsOf((sketch, input) => {
    const weights = sketch.constant("weights", new Random(1).tensor([6, 1, 3, 3]));
    const options = { output: 6, group: 6, bias: false, ...window };
    return sketch.add("conv2d", "conv", [input, weights], options);
  });
  assert.deepEqual(convolved, ["depthwise"]);
});

testOnCpu(
  "depthwise convolution of fewer, as many, and more rows than it computes together",
  "conv2d",
  [
    ...[1, 3, 4, 6].map((height) =>
      [
        { output: 4, kernel: [3, 3], group: 4, pad: [1, 1] },
        [2, 4, height, 9],
        [4, 1, 3, 3],
        [4],
      ] as const
    ),
    [{ output: 3, kernel: [5, 4], group: 3, stride: [2, 2], pad: [2, 2] }, [1, 3, 13, 23], [
      3,
      1,
      5,
      4,
    ], [
      3,
    ]],
    [{ output: 3, kernel: [3, 3], group: 3, stride: [3, 2], dilation: [2, 2], bias: false }, [
      1,
      3,
      23,
      19,
    ], [
      3,
      1,
      3,
      3,
    ]],
  ],
);
