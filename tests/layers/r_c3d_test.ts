/** The layers of R-C3D, which finds activities in videos, against plain loops. */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { runReference } from "../../runtime/reference.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { cpus } from "../cpu.ts";
import { runOn } from "../executors.ts";
import { difference } from "../golden.ts";
import { gpu, hasGpu } from "../gpu.ts";
import { at, numbers, tensorOf } from "./elements.ts";
import { testEverywhere } from "./everywhere.ts";
import { netLayer, runLayer, tensor } from "./harness.ts";
import { runText } from "./text_layer.ts";

/** What its ROIPooling computes, element by element. */
function pooled(video: Tensor, windows: Tensor, bins: readonly number[], scale: number) {
  const [, channels, ...extents] = video.shape;
  const shape = [windows.shape[0]!, channels!, ...bins];
  return tensorOf(shape, (r, c, ...bin) => {
    const [n, first, last] = [0, 1, 2].map((k) => at(windows, r!, k));
    const starts = [Math.round(first! * scale), 0, 0];
    const sizes = [Math.max(Math.round(last! * scale) - starts[0]! + 1, 1), 7, 7];
    const [steps, rows, columns] = extents.map((extent, i) => {
      const inside = (at: number) => Math.min(Math.max(starts[i]! + at, 0), extent);
      const from = inside(Math.floor(bin[i]! * sizes[i]! / bins[i]!));
      const to = inside(Math.ceil((bin[i]! + 1) * sizes[i]! / bins[i]!));
      return Array.from({ length: Math.max(to - from, 0) }, (_, k) => from + k);
    });
    const all = steps!.flatMap((t) =>
      rows!.flatMap((y) => columns!.map((x) => at(video, n!, c!, t, y, x)))
    );
    return all.length > 0 ? Math.max(...all) : 0;
  });
}

const video = numbers([2, 3, 9, 7, 6], 1);
const windows = tensor([5, 3], `0 4 30.5  1 -21 50  1 33 34  0 50 20  1 90 120`);

testEverywhere("ROIPooling of a video takes the maxima of windows of time", {
  text: `input: "x" input_shape { dim: 2 dim: 3 dim: 9 dim: 7 dim: 6 }
    input: "rois" input_shape { dim: 5 dim: 3 }
    layer { name: "y" type: "ROIPooling" bottom: "x" bottom: "rois" top: "y" roi_pooling_param {
      pooled_l: 2 pooled_h: 4 pooled_w: 3 temporal_scale: 0.125 spatial_scale: 0.0625 } }`,
  inputs: [video, windows],
  outputs: [pooled(video, windows, [2, 4, 3], 0.125)],
  refused: /roiPool/,
});

Deno.test("ROIPooling has a pooled_l for videos only", () => {
  const bottoms = [tensor([1, 1, 1, 1], `1`), tensor([1, 5], `0 0 0 0 0`)];
  const param = { pooled_l: 1, pooled_h: 1, pooled_w: 1 };
  assert.throws(
    () => runLayer(netLayer("ROIPooling", param, { bottoms: ["x", "rois"] }), bottoms),
    {
      message:
        "its bottom is [1, 1, 1, 1], but with a pooled_l it must be a video [N, C, T, H, W], " +
        "and without one an image [N, C, H, W]",
    },
  );
});

const proposal = (tops: string) =>
  `layer { name: "rois" type: "Python" bottom: "scores" bottom: "deltas" ${tops} python_param {
    module: "rpn.proposal_layer" layer: "ProposalLayer"
    param_str: "'feat_stride': 8 \\n'scales': !!python/tuple [1, 2, 5]" } }`;

Deno.test("ProposalLayer with two bottoms selects windows of time", () => {
  const scores = numbers([1, 6, 12, 1, 1], 2), deltas = numbers([1, 6, 12, 1, 1], 3, 2);
  const { outputs } = runText(proposal(`top: "rois" top: "found"`), { scores, deltas });

  const clip = (x: number) => Math.max(Math.min(x, 12 * 8 - 1), 0);
  const found = Array.from({ length: 12 * 3 }, (_, i) => {
    const [t, a] = [Math.floor(i / 3), i % 3], length = 8 * [1, 2, 5][a]!;
    const center = 8 * t + 3.5 - (length - 1) / 2 + length / 2 +
      at(deltas, 0, 2 * a, t, 0, 0) * length;
    const half = Math.exp(at(deltas, 0, 2 * a + 1, t, 0, 0)) * length / 2;
    const [first, last] = [clip(center - half), clip(center + half)];
    return { score: at(scores, 0, 3 + a, t, 0, 0), first, last };
  }).filter(({ first, last }) => last - first + 1 >= 8).sort((a, b) => b.score - a.score);
  const kept: typeof found = [];
  for (const one of found) {
    const isNew = kept.every((other) => {
      const [first, last] = [Math.max(one.first, other.first), Math.min(one.last, other.last)];
      const common = Math.max(last - first + 1, 0);
      const all = one.last - one.first + other.last - other.first + 2 - common;
      return common / all < 0.7;
    });
    if (isNew) kept.push(one);
  }
  assert(kept.length > 5 && kept.length < found.length && found.length < 36);

  const close = ({ shape, data }: Tensor, rows: number[][]) => {
    assert.deepEqual(shape, [rows.length, rows[0]!.length]);
    rows.flat().forEach((x, i) => assert(Math.abs(data[i]! - x) < 1e-4, `${i}: ${data[i]}, ${x}`));
  };
  close(outputs.rois!, kept.map(({ first, last }) => [0, first, last]));
  close(outputs.found!, kept.map(({ score }) => [score]));
});

Deno.test("ProposalLayer with two bottoms says what windows of time need", () => {
  const map = numbers([1, 6, 4, 4], 1);
  assert.throws(() => runText(proposal(`top: "rois"`), { scores: map, deltas: map }), {
    message: /but 3 scales of windows of time need \[1, 6, T, 1, 1\]; boxes need a third bottom/,
  });
});

const learned = (outputs: number, kernel = "", settings = "") =>
  `convolution_param { num_output: ${outputs} kernel_size: [${kernel}] ${settings}
    weight_filler { type: "gaussian" std: 0.1 } }`;

const network = `input: "data" input_shape { dim: 1 dim: 3 dim: 32 dim: 28 dim: 28 }
  layer { name: "conv" type: "Convolution" bottom: "data" top: "conv"
    ${learned(4, "8, 4, 4", "stride: [8, 4, 4]")} }
  layer { name: "pool" type: "Pooling" bottom: "conv" top: "pool"
    pooling_param { pool: MAX kernel_size: [1, 7, 7] } }
  layer { name: "score" type: "Convolution" bottom: "pool" top: "score" ${learned(6, "1, 1, 1")} }
  layer { name: "deltas" type: "Convolution" bottom: "pool" top: "deltas" ${learned(6, "1, 1, 1")} }
  layer { name: "apart" type: "Reshape" bottom: "score" top: "apart"
    reshape_param { shape { dim: 0 dim: 2 dim: -1 dim: 0 dim: 0 } } }
  layer { name: "prob" type: "Softmax" bottom: "apart" top: "prob" }
  layer { name: "scores" type: "Reshape" bottom: "prob" top: "scores"
    reshape_param { shape { dim: 0 dim: 6 dim: -1 dim: 0 dim: 0 } } }
  ${proposal(`top: "rois"`)}
  layer { name: "pool5" type: "ROIPooling" bottom: "conv" bottom: "rois" top: "pool5"
    roi_pooling_param { pooled_l: 1 pooled_h: 4 pooled_w: 4 temporal_scale: 0.125 } }
  layer { name: "fc" type: "InnerProduct" bottom: "pool5" top: "fc" inner_product_param {
    num_output: 5 weight_filler { type: "gaussian" std: 0.1 } } }`;

Deno.test("a network like R-C3D runs on all engines", async () => {
  const bytes = new TextEncoder().encode(network);
  const { graph } = convert({ bytes, name: "net.prototxt" }, { warn: () => {} });
  const inputs = [numbers([1, 3, 32, 28, 28], 4)];
  const wanted = ["rois", "fc"].map((name) => graph.names.get(name)!);
  const expected = await runReference(graph, inputs, wanted);
  const [found = 0] = expected[0]!.shape;
  assert(found > 1 && found < 12);
  assert.deepEqual(expected.map(({ shape }) => shape), [[found, 3], [found, 5]]);
  for (const engine of hasGpu ? [cpus[0]!, gpu!] : [cpus[0]!]) {
    const actual = await runOn(engine)(graph, inputs, wanted);
    actual.forEach(({ data }, i) => assert(difference(data, expected[i]!.data) < 1e-4));
  }
});
