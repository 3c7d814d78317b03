/**
 * Rearrange of two forks, against plain loops.
 */
import assert from "node:assert/strict";
import type { Tensor } from "../../runtime/tensor.ts";
import { Random } from "../random.ts";
import { netLayer, runLayer, testLayer } from "./harness.ts";

function random(seed: number, ...shape: number[]): Tensor {
  const numbers = new Random(seed), size = shape.reduce((a, b) => a * b);
  return { shape, data: Float32Array.from({ length: size }, () => numbers.next() - 0.5) };
}

/** A tensor with a number for each index. */
function filled(
  [batch, channels, height, width]: [number, number, number, number],
  at: (n: number, c: number, y: number, x: number) => number,
): Tensor {
  const data = new Float32Array(batch * channels * height * width);
  for (let i = 0; i < data.length; i++) {
    const x = i % width, y = Math.floor(i / width) % height;
    const plane = Math.floor(i / (width * height));
    data[i] = at(Math.floor(plane / channels), plane % channels, y, x);
  }
  return { shape: [batch, channels, height, width], data };
}

/** The number at an index. */
function numberAt({ shape, data }: Tensor, n: number, c: number, y: number, x: number): number {
  return data[((n * shape[1]! + c) * shape[2]! + y) * shape[3]! + x]!;
}

const [a, b, c] = [1, 2, 3].map((seed) => random(seed, 2, 4, 2, 3));
const deep = random(4, 2, 18, 2, 4);

testLayer("Rearrange", [
  {
    does: "rearranges channels into blocks of pixels with one bottom",
    param: { depth: 2 },
    bottoms: [deep],
    tops: [
      filled(
        [2, 2, 6, 12],
        (n, d, y, x) =>
          numberAt(deep, n, (d * 3 + y % 3) * 3 + x % 3, Math.floor(y / 3), Math.floor(x / 3)),
      ),
    ],
  },
  {
    does: "interleaves the channels of several bottoms",
    bottoms: [a!, b!, c!],
    tops: [
      filled(
        [2, 12, 2, 3],
        (n, channel, y, x) =>
          numberAt([a!, b!, c!][channel % 3]!, n, Math.floor(channel / 3), y, x),
      ),
    ],
  },
]);

Deno.test("Rearrange refuses a depth or bottoms that do not fit", () => {
  for (
    const [param, message] of [
      [
        {},
        "its depth is not given, but must be the 18 channels of its bottom, divided by a square",
      ],
      [{ depth: 1 }, /^its depth is 1, but must be the 18 channels/],
      [{ depth: 0 }, /^its depth is 0, but/],
    ] as const
  ) {
    assert.throws(() => runLayer(netLayer("Rearrange", param), [deep]), { message });
  }
  assert.throws(() => runLayer(netLayer("Rearrange", {}), [a!, deep]), {
    message: "its bottoms are [2, 4, 2, 3] and [2, 18, 2, 4], but must have one shape",
  });
});
