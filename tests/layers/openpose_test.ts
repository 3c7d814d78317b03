/**
 * Layers of OpenPose's predecessor against its CUDA code in plain loops.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { withInputShapes } from "../../runtime/graph.ts";
import type { Shape4, Tensor } from "../../runtime/tensor.ts";
import { dimsOf, inputText } from "../input_text.ts";
import { at, numbers, tensorOf } from "./elements.ts";
import { testEverywhere } from "./everywhere.ts";
import { netLayer, runLayer } from "./harness.ts";

function everywhere(layer: string, input: Tensor, output: Tensor): void {
  testEverywhere(`${layer}, of ${dimsOf(input.shape)}`, {
    text: `${inputText("x", input.shape)}
      layer { name: "y" bottom: "x" top: "y" ${layer} }`,
    inputs: [input],
    outputs: [output],
  });
}

/** Cubic interpolation of four values, at a distance from the second. */
function cubic([a, b, c, d]: readonly number[], x: number): number {
  return (-0.5 * a! + 1.5 * b! - 1.5 * c! + 0.5 * d!) * x ** 3 +
    (a! - 2.5 * b! + 2 * c! - 0.5 * d!) * x ** 2 + (-0.5 * a! + 0.5 * c!) * x + b!;
}

/** The four pixels around a pixel of the top, and its distance from the second. */
function around(i: number, output: number, extent: number, pad: number) {
  const place = (i - (output / extent / 2 - 0.5)) * (extent / output);
  const one = Math.max(Math.trunc(place + 1e-5), 0);
  const two = one + 1 >= extent ? extent - 1 : one + 1;
  const three = two + 1 >= extent ? extent - 1 : two + 1;
  const pixels = [one - 1 < 0 ? one : one - 1, one, two, three].map((pixel) => pixel + pad);
  return [pixels, place - one] as const;
}

function resized(x: Tensor, rows: number, columns: number, start: number, gap: number): Tensor {
  const [samples, channels, height, width] = x.shape as Shape4;
  return tensorOf([1, channels, rows, columns], (_, c, h, w) => {
    let sum = 0;
    for (let n = 0; n < samples; n++) {
      const [down, across] = [height, width].map((extent) =>
        Math.floor(Math.floor(extent / 2) * (1 - start + n * gap))
      );
      const [ys, dy] = around(h!, rows, height - 2 * down!, down!);
      const [xs, dx] = around(w!, columns, width - 2 * across!, across!);
      sum += cubic(ys.map((y) => cubic(xs.map((at4) => at(x, n, c!, y, at4)), dx)), dy);
    }
    return sum / samples;
  });
}

const one = numbers([1, 2, 5, 7], 1);
everywhere(`type: "ImResize" imresize_param { factor: 8 }`, one, resized(one, 40, 56, 1, 0.1));
everywhere(`type: "ImResize" imresize_param { factor: 0.5 }`, one, resized(one, 2, 3, 1, 0.1));
everywhere(
  `type: "ImResize" imresize_param { target_spatial_width: 9 target_spatial_height: 11 }`,
  one,
  resized(one, 11, 9, 1, 0.1),
);
const scales = numbers([3, 2, 8, 10], 2);
everywhere(
  `type: "ImResize" imresize_param { factor: 2 start_scale: 0.9 scale_gap: 0.25 }`,
  scales,
  resized(scales, 16, 20, 0.9, 0.25),
);

/** The fork's code, in which the row after a map's last one is the next map's first. */
function peaks(x: Tensor, parts: number, most: number, threshold: number): Tensor {
  const [, , height, width] = x.shape as Shape4;
  const top = tensorOf([1, parts, most + 1, 3], () => 0);
  const near = [-1, 0, 1].flatMap((v) => [-1, 0, 1].map((h) => [v, h] as const))
    .filter(([v, h]) => v !== 0 || h !== 0);
  for (let part = 0; part < parts; part++) {
    const source = x.data.subarray(part * height * width);
    const score = (v: number, h: number) => source[v * width + h] ?? 0;
    let count = 0;
    for (let v = 1; v < height - 1; v++) {
      for (let h = 1; h < width - 1; h++) {
        const value = score(v, h);
        if (!(value > threshold && near.every(([y, x]) => value > score(v + y, h + x)))) continue;
        count++;
        if (count > most) continue;
        let [total, across, down] = [0, 0, 0];
        for (let row = v - 3; row < v + 4; row++) {
          for (let column = h - 3; column < h + 4; column++) {
            const isIn = row > 0 && row < width && column > 0 && column < width;
            if (!isIn || score(row, column) <= 0) continue;
            total += score(row, column);
            across += column * score(row, column);
            down += row * score(row, column);
          }
        }
        top.data.set([across / total, down / total, value], ((part * (most + 1)) + count) * 3);
      }
    }
    top.data[part * (most + 1) * 3] = count;
  }
  return top;
}

for (
  const [shape, parts, most, threshold] of [
    [[1, 4, 9, 14], 3, 6, 0.5],
    [[1, 2, 6, 8], 2, 4, 0],
    [[1, 1, 6, 7], 1, 3, 0.5],
    [[1, 3, 8, 8], 2, 12, 1.2],
    [[1, 3, 10, 8], 2, 3, 0.25],
  ] as const
) {
  // Local maxima lie at different columns of each row.
  const maps = tensorOf(shape, (_, c, h, w) => ((c! * 37 + h! * 61 + w! * 23) ** 2 % 97) / 24 - 2);
  const found = peaks(maps, parts, most, threshold);
  everywhere(
    `type: "Nms" nms_param { num_parts: ${parts} max_peaks: ${most} threshold: ${threshold} }`,
    maps,
    found,
  );
  Deno.test(`maps of ${shape} have more than one peak`, () => {
    assert(at(found, 0, 0, 0, 0) > 1);
  });
}

for (
  const [type, settings, shape, message] of [
    ["ImResize", { factor: 0.1 }, [1, 1, 4, 5], /^its top would be 0 × 0, but/],
    ["ImResize", { scale_gap: 0.6 }, [3, 1, 4, 5], /leave nothing of sample 2 of its bottom/],
    ["ImResize", { start_scale: 1.5 }, [1, 1, 4, 5], /leave nothing of sample 0/],
    ["ImResize", { target_spatial_width: 1e9 }, [1, 1, 4, 5], /368 × 1000000000 from .*too large/],
    ["ImResize", {}, [4, 5], /\[4, 5\]/],
    ["Nms", { num_parts: 2 }, [2, 2, 9, 9], /must be one sample with that number of maps/],
    ["Nms", { num_parts: 3 }, [1, 2, 9, 9], /^its num_parts is 3 and its max_peaks is 20/],
    ["Nms", { num_parts: 1 }, [1, 2, 2, 9], /of at least 3 × 3 pixels$/],
    ["Nms", { num_parts: 1 }, [9, 9], /\[9, 9\]/],
  ] as const
) {
  Deno.test(`${type} of ${shape} refuses ${JSON.stringify(settings)}`, () => {
    const bottom = tensorOf(shape, () => 0);
    const layer = netLayer(type, settings);
    assert.throws(() => runLayer(layer, [bottom]), { name: "TypeError", message });
  });
}

Deno.test("ImResize and Nms accept only the extents of the conversion", () => {
  const text = `input: "x" input_shape { dim: 1 dim: 2 dim: 4 dim: 5 }
    layer { name: "r" type: "ImResize" bottom: "x" top: "r" imresize_param { factor: 4 } }
    layer { name: "y" type: "Nms" bottom: "r" top: "y" nms_param { num_parts: 1 } }`;
  const { graph } = convert({ bytes: new TextEncoder().encode(text), name: "net.prototxt" });
  assert.deepEqual(graph.names.get("y")!.shape, [1, 1, 21, 3]);
  for (const shape of [[2, 2, 4, 5], [1, 2, 5, 5]]) {
    const resized = () => withInputShapes(graph, new Map([["x", shape]]));
    assert.throws(resized, { message: /^Cannot run "r\// });
  }
});
