/** The layers of AffordanceNet, against plain loops. */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { runReference } from "../../runtime/reference.ts";
import type { Shape4, Tensor } from "../../runtime/tensor.ts";
import { cpus } from "../cpu.ts";
import { runOn } from "../executors.ts";
import { difference } from "../golden.ts";
import { gpu, hasGpu } from "../gpu.ts";
import { Random } from "../random.ts";
import { at, numbers, tensorOf } from "./elements.ts";
import { testEverywhere } from "./everywhere.ts";
import { tensor } from "./harness.ts";
import { runText } from "./text_layer.ts";

const image = numbers([2, 3, 5, 8], 1);
const boxes = tensor(
  [5, 5],
  `
  0  4 6 40.5 31
  1  -9 -20 100 90
  1  60 30 62 32
  0  30 20 20 10
  0  0 0 127 79`,
);

/** What ROIAlignment computes, element by element. */
function aligned(image: Tensor, boxes: Tensor, rows: number, columns: number, scale: number) {
  const [, channels, height, width] = image.shape as Shape4;
  const middle = (bin: number, bins: number, first: number, last: number, extent: number) => {
    const size = Math.max((last - first) * scale + 1, 1) / bins;
    const border = (k: number) => Math.min(Math.max(first * scale + k * size, 0), extent - 1);
    return (border(bin) + border(bin + 1)) / 2;
  };
  return tensorOf([boxes.shape[0]!, channels, rows, columns], (r, c, row, column) => {
    const [n, left, top, right, bottom] = [0, 1, 2, 3, 4].map((k) => at(boxes, r!, k));
    const y = middle(row!, rows, top!, bottom!, height);
    const x = middle(column!, columns, left!, right!, width);
    const [v, h] = [Math.floor(y), Math.floor(x)];
    let sum = 0;
    for (const [i, down] of [[v, 1 - y + v], [Math.ceil(y), y - v]] as const) {
      for (const [j, across] of [[h, 1 - x + h], [Math.ceil(x), x - h]] as const) {
        sum += at(image, n!, c!, i, j) * down * across;
      }
    }
    return sum;
  });
}

testEverywhere("ROIAlignment samples the middle of what a bin has inside the image", {
  text: `input: "x" input_shape { dim: 2 dim: 3 dim: 5 dim: 8 }
    input: "rois" input_shape { dim: 5 dim: 5 }
    layer { name: "y" type: "ROIAlignment" bottom: "x" bottom: "rois" top: "y"
      roi_alignment_param { pooled_h: 3 pooled_w: 2 spatial_scale: 0.0625 } }`,
  inputs: [image, boxes],
  outputs: [aligned(image, boxes, 3, 2, 0.0625)],
  refused: /roiAverage/,
});

/** The four tops of a PredToProposalLayer, for rois, moves, scores and the image's size and scale. */
function selected(rois: Tensor, moves: Tensor, scores: Tensor, info: Tensor) {
  const { outputs, warnings } = runText(
    `layer { name: "select" type: "Python" bottom: "rois" bottom: "moves" bottom: "scores"
      bottom: "info" top: "masks" top: "score" top: "class" top: "final" python_param {
        module: "rpn.pred_to_proposal_layer" layer: "PredToProposalLayer"
        param_str: "'max_per_image': 3 \\n'thresh': 0.1" } }`,
    { rois, moves, scores, info },
  );
  assert.deepEqual(warnings, []);
  return ["masks", "score", "class", "final"].map((name) => outputs[name]!);
}

Deno.test("PredToProposalLayer selects boxes in the original picture", () => {
  const rois = numbers([9, 5], 2), moves = numbers([9, 12], 3, 0.6), scores = numbers([9, 3], 4, 2);
  for (let r = 0; r < 9; r++) {
    const [x, y] = [10 * (r % 3), 8 * Math.floor(r / 3)];
    rois.data.set([0, x, y, x + 25 + r, y + 20 - r], 5 * r);
  }
  const scale = 1.6, info = tensor([1, 3], `48 64 ${scale}`);

  const decoded = (r: number, k: number) => {
    const [left, top, right, bottom] = [1, 2, 3, 4].map((i) => at(rois, r, i) / scale);
    const [dx, dy, dw, dh] = [0, 1, 2, 3].map((i) => at(moves, r, 4 * k + i));
    const [w, h] = [right! - left! + 1, bottom! - top! + 1];
    const [x, y] = [left! + w / 2 + dx! * w, top! + h / 2 + dy! * h];
    const [halfW, halfH] = [Math.exp(dw!) * w / 2, Math.exp(dh!) * h / 2];
    return [x - halfW, y - halfH, x + halfW, y + halfH].map((at, i) =>
      Math.max(Math.min(at, (i % 2 === 0 ? 64 : 48) / scale - 1), 0)
    );
  };
  const iou = (a: readonly number[], b: readonly number[]) => {
    const area = ([l, t, r, b]: readonly number[]) =>
      Math.max(r! - l! + 1, 0) * Math.max(b! - t! + 1, 0);
    const common = area([0, 1, 2, 3].map((i) => Math[i < 2 ? "max" : "min"](a[i]!, b[i]!)));
    return common / (area(a) + area(b) - common);
  };
  const all = [1, 2].flatMap((k) => {
    const kept: { k: number; score: number; box: number[] }[] = [];
    const order = Array.from(
      { length: 9 },
      (_, r) => ({ k, score: at(scores, r, k), box: decoded(r, k) }),
    )
      .filter(({ score }) => score > 0.1).sort((a, b) => b.score - a.score);
    for (const one of order) {
      if (kept.every(({ box }) => iou(box, one.box) <= 0.3)) kept.push(one);
    }
    return kept;
  });
  const least = all.map(({ score }) => score).sort((a, b) => b - a)[2]!;
  const best = all.filter(({ score }) => score >= least);
  assert(all.length > 3 && new Set(best.map(({ k }) => k)).size === 2);

  const tops = selected(rois, moves, scores, info);
  const expected = [
    best.map(({ box }) => [0, ...box.map((x) => x * scale)]),
    best.map(({ score }) => [score]),
    best.map(({ k }) => [k]),
    best.map(({ box }) => [0, ...box]),
  ];
  tops.forEach(({ shape, data }, i) => {
    assert.deepEqual(shape, [3, expected[i]![0]!.length]);
    expected[i]!.flat().forEach((x, k) => assert(Math.abs(data[k]! - x) < 1e-4, `${i}: ${data}`));
  });
});

Deno.test("PredToProposalLayer has one row of zeros where it finds nothing", () => {
  const tops = selected(
    tensor([1, 5], `0 1 2 3 4`),
    tensor([1, 8], `0 0 0 0 0 0 0 0`),
    tensor([1, 2], `1 0`),
    tensor([1, 3], `48 64 1`),
  );
  const zeros = new Float32Array(5), no = Float32Array.of(-1);
  assert.deepEqual(tops, [zeros, no, no, zeros].map((data) => ({ shape: [1, data.length], data })));
});

const layer = (name: string, type: string, bottoms: string, settings: string, tops = name) => {
  const blobs = (role: string, names: string) =>
    names.split(" ").map((blob) => `${role}: "${blob}" `).join("");
  return `layer { name: "${name}" type: "${type}" ${blobs("bottom", bottoms)}` +
    `${blobs("top", tops)} ${settings} }\n`;
};

const learned = (outputs: number, settings = "") =>
  `num_output: ${outputs} ${settings} weight_filler { type: "gaussian" std: 0.1 }`;

const pooled = "roi_alignment_param { pooled_h: 7 pooled_w: 7 spatial_scale: 0.0625 }";

const network = `
  input: "data" input_shape { dim: 1 dim: 3 dim: 96 dim: 128 }
  input: "im_info" input_shape { dim: 1 dim: 3 }
  ` +
  [
    ["conv", "data", 4, "kernel_size: 16 stride: 16"] as const,
    ["scores", "conv", 18, "kernel_size: 1"] as const,
    ["deltas", "conv", 36, "kernel_size: 1"] as const,
  ].map(([name, bottom, outputs, settings]) =>
    layer(name, "Convolution", bottom, `convolution_param { ${learned(outputs, settings)} }`)
  ).join("") +
  layer(
    "rois",
    "Python",
    "scores deltas im_info",
    `python_param { module: "rpn.proposal_layer" layer: "ProposalLayer"
      param_str: "'feat_stride': 16" }`,
  ) +
  layer("pool5", "ROIAlignment", "conv rois", pooled) +
  [["cls_score", 3] as const, ["bbox_pred", 12] as const].map(([name, outputs]) =>
    layer(name, "InnerProduct", "pool5", `inner_product_param { ${learned(outputs)} }`)
  ).join("") +
  layer("cls_prob", "Softmax", "cls_score", "") +
  layer(
    "select",
    "Python",
    "rois bbox_pred cls_prob im_info",
    `python_param { module: "rpn.pred_to_proposal_layer" layer: "PredToProposalLayer"
      param_str: "'max_per_image': 4 \\n'thresh': 0.05" }`,
    "rois_for_mask rois_class_score rois_class_ind rois_final",
  ) +
  layer("pool5_2", "ROIAlignment", "conv rois_for_mask", pooled) +
  layer(
    "mask_score",
    "Convolution",
    "pool5_2",
    `convolution_param { ${learned(2, "kernel_size: 1")} }`,
  ) +
  layer("mask_prob", "Softmax", "mask_score", "");

Deno.test("a network like AffordanceNet runs on all engines", async () => {
  const bytes = new TextEncoder().encode(network);
  const warnings = new Set<string>();
  const warn = (message: string) => warnings.add(message.replace(/^layer "pool5.*?": /, ""));
  const { graph } = convert({ bytes, name: "net.prototxt" }, { warn });
  assert([...warnings].some((warning) => /^it takes one sample of each bin/.test(warning)));
  const inputs = [
    new Random(5).tensor([1, 3, 96, 128]),
    { shape: [1, 3], data: Float32Array.of(96, 128, 1.5) },
  ];
  const wanted = graph.outputs.map((name) => graph.names.get(name)!);
  const expected = await runReference(graph, inputs, wanted);
  const shapes = expected.map(({ shape }, i) => [graph.outputs[i], shape]);
  assert.deepEqual(Object.fromEntries(shapes), {
    mask_prob: [4, 2, 7, 7],
    rois_class_ind: [4, 1],
    rois_class_score: [4, 1],
    rois_final: [4, 5],
  });
  for (const engine of hasGpu ? [cpus[0]!, gpu!] : [cpus[0]!]) {
    const actual = await runOn(engine)(graph, inputs, wanted);
    actual.forEach(({ data }, i) => assert(difference(data, expected[i]!.data) < 1e-4));
  }
});
