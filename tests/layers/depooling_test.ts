/**
 * Depooling and SafeInv, against the loops of their fork: the gradient of its Pooling.
 */
import assert from "node:assert/strict";
import { count, type Tensor } from "../../runtime/tensor.ts";
import { numbers, tensorOf } from "./elements.ts";
import { testEverywhere } from "./everywhere.ts";
import { netLayer, runLayer, tensor, testLayer } from "./harness.ts";
import { runText } from "./text_layer.ts";

interface Windows {
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
}

/** Sums each value, times its share, where its window has a place for it; and the shares. */
function depooled(
  x: Tensor,
  { kernel, stride }: Windows,
  sharesOf: (i: number) => readonly (readonly [place: number, share: number])[],
): readonly [Tensor, Tensor] {
  const [samples, channels, rows, columns] = x.shape as [number, number, number, number];
  const height = (rows - 1) * stride[0] + kernel[0], width = (columns - 1) * stride[1] + kernel[1];
  const sums = tensorOf([samples, channels, height, width], () => 0);
  const weights = tensorOf(sums.shape, () => 0);
  for (let i = 0; i < count(x.shape); i++) {
    const plane = Math.floor(i / (rows * columns)) * height * width;
    for (const [place, share] of sharesOf(i)) {
      sums.data[plane + place]! += x.data[i]! * share;
      weights.data[plane + place]! += share;
    }
  }
  return [sums, weights];
}

/** The places of a whole window. */
function placesOf(i: number, x: Tensor, { kernel, stride }: Windows): number[] {
  const [, , rows, columns] = x.shape as [number, number, number, number];
  const width = (columns - 1) * stride[1] + kernel[1];
  const row = Math.floor(i / columns) % rows * stride[0], column = i % columns * stride[1];
  return Array.from(
    { length: kernel[0] * kernel[1] },
    (_, k) => (row + Math.floor(k / kernel[1])) * width + column + k % kernel[1],
  );
}

const x = numbers([2, 2, 3, 4], 1);

for (
  const [does, kernel, stride] of [
    ["windows side by side", [2, 3], [2, 3]],
    ["windows with gaps", [1, 2], [2, 3]],
    ["windows that overlap", [3, 5], [2, 2]],
  ] as const
) {
  const windows = { kernel, stride };
  const settings = `kernel_h: ${kernel[0]} kernel_w: ${kernel[1]}
    stride_h: ${stride[0]} stride_w: ${stride[1]}`;
  // The last element of each second window, and the first of the others.
  const chosen = (i: number) => placesOf(i, x, windows).at(i % 2 - 1)!;
  const places = { shape: x.shape, data: x.data.map((_, i) => chosen(i)) };
  const network = (pool: string, bottoms: string) => `
    input: "x" input_shape { dim: 2 dim: 2 dim: 3 dim: 4 }
    ${
    bottoms.includes("places") ? 'input: "places" input_shape { dim: 2 dim: 2 dim: 3 dim: 4 }' : ""
  }
    layer { name: "y" type: "Depooling" ${bottoms} top: "sums" top: "weights"
      pooling_param { pool: ${pool} ${settings} } }`;

  testEverywhere(`Depooling puts values where maxima were, of ${does}`, {
    text: network("SWITCH", 'bottom: "x" bottom: "places"'),
    inputs: [x, places],
    outputs: depooled(x, windows, (i) => [[chosen(i), 1]]),
    refused: /unpool/,
  });
  for (const [pool, share] of [["SUM", 1], ["AVE", 1 / (kernel[0] * kernel[1])]] as const) {
    testEverywhere(`Depooling of ${pool} fills ${does}`, {
      text: network(pool, 'bottom: "x"'),
      inputs: [x],
      outputs: depooled(x, windows, (i) => placesOf(i, x, windows).map((place) => [place, share])),
    });
  }
}

testLayer("Depooling", [
  {
    does: "puts values in the middle of their windows, and counts none",
    param: { pool: "FIX", kernel_size: 2, stride: 2 },
    bottoms: [tensor([1, 1, 1, 2], `3 -4`)],
    tops: [tensor([1, 1, 2, 4], `0 0 0 0  0 3 0 -4`), tensor([1, 1, 2, 4], `0 0 0 0  0 0 0 0`)],
  },
  {
    does: "puts values at a place of their windows",
    param: { pool: "FIX", kernel_size: 2, stride: 2, fix_x: 1, fix_y: 0 },
    bottoms: [tensor([1, 1, 1, 2], `3 -4`)],
    tops: [tensor([1, 1, 2, 4], `0 3 0 -4  0 0 0 0`)],
  },
]);

testLayer("SafeInv", [{
  does: "inverts all numbers but 0, however small",
  bottoms: [tensor([5], `4 0 -0.5 1e-9 -8`)],
  tops: [tensor([5], `0.25 0 -2 1e9 -0.125`)],
}]);

Deno.test("what Pooling of overlapping windows found is put back, and divided by its number", () => {
  const image = tensor(
    [1, 1, 3, 5],
    `
    1 2 3 4 5
    0 1 9 1 0
    5 4 3 2 1`,
  );
  const { outputs, warnings } = runText(
    `
    layer { name: "pool" type: "Pooling" bottom: "image" top: "pool" top: "places"
      pooling_param { pool: MAX kernel_size: 3 stride: 2 } }
    layer { name: "un" type: "Depooling" bottom: "pool" bottom: "places" top: "sums" top: "counts"
      pooling_param { pool: SWITCH kernel_size: 3 stride: 2 } propagate_down: [true, false] }
    layer { name: "inverse" type: "SafeInv" bottom: "counts" top: "inverse" }
    layer { name: "y" type: "Eltwise" bottom: "sums" bottom: "inverse" top: "y"
      eltwise_param { operation: PROD } }`,
    { image },
  );
  assert.deepEqual([...outputs.y!.data], [0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0]);
  assert.deepEqual(warnings, []);
});

Deno.test("Depooling says what it does not support", () => {
  const run = (param: Record<string, unknown>, ...bottoms: Tensor[]) => {
    const names = bottoms.map((_, i) => `${i}`);
    return runLayer(
      netLayer("Depooling", { kernel_size: 2, ...param }, { bottoms: names }),
      bottoms,
    );
  };
  assert.throws(() => run({ pool: "SOFT_SWITCH" }, x), {
    message: "its pool is SOFT_SWITCH, but only MAX, SWITCH, FIX, SUM and AVE are supported",
  });
  const two = "but with pool MAX it needs two of one shape: values, and the positions of maxima";
  assert.throws(() => run({}, x), { message: `its bottoms are [2, 2, 3, 4], ${two}` });
  assert.throws(() => run({}, x, numbers([2, 2, 3, 3], 1)), {
    message: `its bottoms are [2, 2, 3, 4] and [2, 2, 3, 3], ${two}`,
  });
  assert.throws(() => run({ pool: "FIX", fix: 2 }, x), {
    message: "its fix is [2, 2], but its windows are [2, 2]",
  });
  assert.throws(() => run({ kernel_size: 23, stride: 1 }, x, x), {
    message: "it has 529 windows over each element, but at most 512 are unrolled",
  });
});
