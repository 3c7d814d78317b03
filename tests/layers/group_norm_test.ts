import assert from "node:assert/strict";
import { at, numbers, tensorOf } from "./elements.ts";
import { testEverywhere } from "./everywhere.ts";
import { netLayer, runLayer } from "./harness.ts";
import { blob, runText } from "./text_layer.ts";

const image = numbers([2, 6, 3, 4], 1);

/** The image, normalized in each group of channels. */
function normalized(groups: number, eps: number) {
  const each = 6 / groups, length = each * 12;
  const over = (n: number, group: number, of: (value: number) => number) => {
    let sum = 0;
    for (let c = group * each; c < (group + 1) * each; c++) {
      for (let i = 0; i < 12; i++) sum += of(at(image, n, c, Math.floor(i / 4), i % 4));
    }
    return sum / length;
  };
  return tensorOf(image.shape, (n, c, h, w) => {
    const group = Math.floor(c! / each), mean = over(n!, group, (value) => value);
    const variance = over(n!, group, (value) => (value - mean) ** 2);
    return (at(image, n!, c!, h!, w!) - mean) / Math.sqrt(variance + eps);
  });
}

for (
  const [settings, output] of [
    ["group_num: 3 eps: 0.25", normalized(3, 0.25)],
    ["group_ratio: 2", normalized(2, 1e-5)],
    ["group_num: 6", normalized(6, 1e-5)],
  ] as const
) {
  testEverywhere(`GroupNorm { ${settings} }`, {
    text: `input: "x" input_shape { dim: 2 dim: 6 dim: 3 dim: 4 }
      layer { name: "y" type: "GroupNorm" bottom: "x" top: "y" group_norm_param { ${settings} } }`,
    inputs: [image],
    outputs: [output],
  });
}

Deno.test("GroupNorm has 32 groups by default, and refuses channels that they do not divide", () => {
  const told = (settings: Record<string, unknown>, shape: readonly number[]) =>
    runLayer(netLayer("GroupNorm", settings), [numbers(shape, 1)]);
  assert.deepEqual(told({}, [1, 32, 1, 1])[0]!.data, new Float32Array(32));
  assert.throws(() => told({}, [1, 6, 3, 4]), {
    message: /but its channels must divide into 32 groups$/,
  });
  assert.throws(() => told({ group_num: 0 }, [1, 6, 3, 4]), {
    message: /must divide into 0 groups$/,
  });
  assert.throws(() => told({ group_num: 1 }, [6]), { message: /^its bottom is \[6\]/ });
});

Deno.test("GroupNorm refuses learned blobs", () => {
  const scale = blob([6], [1, 2, 3, 4, 5, 6]);
  const text = `layer { name: "y" type: "GroupNorm" bottom: "x" top: "y" ${scale}
    group_norm_param { group_num: 2 } }`;
  assert.throws(() => runText(text, { x: image }), {
    message: /has 1 blob for it, but only forks without any are supported/,
  });
});
