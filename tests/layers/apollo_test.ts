/**
 * The layers of Apollo's detector of traffic lights, against plain loops.
 */
import assert from "node:assert/strict";
import type { Tensor } from "../../runtime/tensor.ts";
import { at, numbers, tensorOf } from "./elements.ts";
import { testEverywhere } from "./everywhere.ts";
import { tensor } from "./harness.ts";
import { runText } from "./text_layer.ts";

const selects = /^Cannot express the network in TensorFlow's ops/;

type Box = readonly [left: number, top: number, right: number, bottom: number];

const [mean, std] = [[0.1, -0.2, 0.05, 0.1], [0.4, 0.5, 0.3, 0.6]];
const regression = `bbox_reg_param { bbox_mean: [${mean}] bbox_std: [${std}] }`;
const info = tensor([1, 6], `40 56 1 1 0 0`);

/** A box that is moved by predictions, and clipped to an image of 40 × 56 pixels. */
function moved([left, top, right, bottom]: Box, move: (i: number) => number): Box {
  const [dx, dy, dw, dh] = [0, 1, 2, 3].map((i) => move(i) * std[i]! + mean[i]!);
  const width = right - left + 1, height = bottom - top + 1;
  const x = (left + right) / 2 + dx! * width, y = (top + bottom) / 2 + dy! * height;
  const [across, down] = [(Math.exp(dw!) * width - 1) / 2, (Math.exp(dh!) * height - 1) / 2];
  const within = (x: number, extent: number) => Math.min(Math.max(x, 0), extent - 1);
  return [
    within(x - across, 56),
    within(y - down, 40),
    within(x + across, 56),
    within(y + down, 40),
  ];
}

const sidesOf = ([left, top, right, bottom]: Box) => [right - left + 1, bottom - top + 1] as const;

/** The indices of the best boxes in descending order of their scores. */
function suppressed(
  all: readonly { readonly box: Box; readonly score: number }[],
  overlap: number,
  most: number,
): readonly number[] {
  const kept: number[] = [];
  const order = [...all.keys()].sort((a, b) => all[b]!.score - all[a]!.score).slice(0, 10);
  for (const candidate of order) {
    const a = all[candidate]!.box, area = (box: Box) => sidesOf(box)[0] * sidesOf(box)[1];
    const isNew = kept.every((other) => {
      const b = all[other]!.box;
      const common = a.map((x, i) => (i < 2 ? Math.max : Math.min)(x, b[i]!)) as unknown as Box;
      if (Math.min(...sidesOf(common)) <= 0) return true;
      return area(common) / (area(a) + area(b) - area(common)) <= overlap;
    });
    if (isNew) kept.push(candidate);
  }
  assert(kept.length < order.length && kept.length > most);
  return kept.slice(0, most);
}

const anchors = [[6, 14], [17, 9]] as const;

/** What RPNProposalSSD computes. */
function proposed(scores: Tensor, moves: Tensor, mode: string): Tensor {
  const all = Array.from({ length: 3 * 4 * 2 }, (_, i) => {
    const [y, x, a] = [Math.floor(i / 8), Math.floor(i / 2) % 4, i % 2];
    const [across, down] = anchors[a]!.map((extent) => (extent - 1) / 2) as [number, number];
    const anchor = [16 * x - across, 16 * y - down, 16 * x + across, 16 * y + down] as const;
    const box = moved(anchor, (k) => at(moves, 0, 4 * a + k, y, x));
    return { box, score: at(scores, 0, 2 + a, y, x) };
  }).filter(({ box, score }) => {
    const [width, height] = sidesOf(box);
    const isSmall = mode === "HEIGHT_OR_WIDTH"
      ? width < 12 && height < 10
      : width < 7 || height < 5;
    return score > 0.2 && !isSmall;
  });
  assert(all.length < 24);
  const kept = suppressed(all, 0.2, 4);
  return tensorOf([kept.length, 5, 1, 1], (r, i) => i ? all[kept[r!]!]!.box[i - 1]! : 0);
}

const proposalText = (mode: string, more = "") => `
  input: "scores" input_shape { dim: 1 dim: 4 dim: 3 dim: 4 }
  input: "moves" input_shape { dim: 1 dim: 8 dim: 3 dim: 4 }
  input: "info" input_shape { dim: 1 dim: 6 }
  layer { name: "p" type: "RPNProposalSSD" bottom: "scores" bottom: "moves" bottom: "info" top: "p"
    ${regression} detection_output_ssd_param { heat_map_a: 16 threshold_objectness: 0.2
      gen_anchor_param { anchor_width: 6 anchor_height: 14 anchor_width: 17 anchor_height: 9 }
      ${mode === "" ? "min_size_w: 7 min_size_h: 5" : "min_size_w: 12 min_size_h: 10"}
      ${mode && `min_size_mode: ${mode}`} refine_out_of_map_bbox: true ${more}
      nms_param { overlap_ratio: 0.2 top_n: 4 max_candidate_n: 10 use_soft_nms: false } } }`;

const unit = (shape: readonly number[], salt: number): Tensor => {
  const { data } = numbers(shape, salt, 1);
  return { shape, data: data.map((x) => x + 0.5) };
};
const [scores, moves] = [unit([1, 4, 3, 4], 1), numbers([1, 8, 3, 4], 2)];

for (const mode of ["", "HEIGHT_OR_WIDTH"]) {
  testEverywhere(`RPNProposalSSD selects boxes ${mode || "HEIGHT_AND_WIDTH"}`, {
    text: proposalText(mode),
    inputs: [scores, moves, info],
    outputs: [proposed(scores, moves, mode)],
    refused: selects,
  });
}

testEverywhere("RPNProposalSSD gives a row of −1 if there are no proposals", {
  text: proposalText("").replace("threshold_objectness: 0.2", "threshold_objectness: 1.5"),
  inputs: [scores, moves, info],
  outputs: [tensor([1, 5, 1, 1], `-1 -1 -1 -1 -1`)],
  refused: selects,
});

/** Regions, of which one is of no image, and one is outside of the image. */
const rois = tensor(
  [6, 5],
  `
  0  4 6 40.5 31
  1  0 0 63 39
  -1 -1 -1 -1 -1
  1  10 20 12 21
  0  -40 -50 9 20
  1  50 30 150 90`,
);
const image = numbers([2, 12, 5, 8], 3);

/** What DFMBPSROIAlign computes for 2 outputs, 2 × 3 groups and 4 × 3 bins. */
function aligned(pad: number, offset: number): Tensor {
  return tensorOf([6, 2, 4, 3], (r, c, row, column) => {
    const [n, left, top, right, bottom] = [0, 1, 2, 3, 4].map((k) => at(rois, r!, k));
    if (n! < 0) return 0;
    const along = (first: number, last: number, bin: number, bins: number, extent: number) => {
      const more = (last - first + 1) * pad;
      const [start, end] = [first - more, last + more].map((x) => (x - offset) / 8);
      const size = Math.max(end! - start!, 0.1) / bins;
      return [0.5, 1.5]
        .map((k) => Math.trunc(bin * size + start!) + k * size / 2)
        .filter((x) => x > -1 && x < extent);
    };
    const [ys, xs] = [along(top!, bottom!, row!, 4, 5), along(left!, right!, column!, 3, 8)];
    const channel = (c! * 2 + Math.floor(row! / 2)) * 3 + column!;
    let sum = 0;
    for (const y of ys) {
      for (const x of xs) {
        for (let i = 0; i < 5; i++) {
          for (let j = 0; j < 8; j++) {
            sum += at(image, n!, channel, i, j) * Math.max(0, 1 - Math.abs(y - i)) *
              Math.max(0, 1 - Math.abs(x - j));
          }
        }
      }
    }
    return sum / Math.max(ys.length * xs.length, 1);
  });
}

const alignText = (more: string) => `
  input: "x" input_shape { dim: 2 dim: 12 dim: 5 dim: 8 }
  input: "rois" input_shape { dim: 6 dim: 5 }
  layer { name: "y" type: "DFMBPSROIAlign" bottom: "x" bottom: "rois" top: "y"
    dfmb_psroi_pooling_param { heat_map_a: 8 output_dim: 2 group_height: 2 group_width: 3
      pooled_height: 4 pooled_width: 3 sample_per_part: 2 ${more} } }`;

for (const [pad, offset] of [[0, 0], [0.1, 3]] as const) {
  testEverywhere(`DFMBPSROIAlign samples bins, by pad_ratio ${pad} and heat_map_b ${offset}`, {
    text: alignText(`pad_ratio: ${pad} heat_map_b: ${offset}`),
    inputs: [image, rois],
    outputs: [aligned(pad, offset)],
    refused: /roiAverage/,
  });
}

const [regions, probabilities, shifts] = [
  tensorOf(
    [16, 5],
    (r, i) => i === 0 ? (r === 3 ? -1 : 0) : [4, 3, 17, 14][i! - 1]! + 7 * (r! % 5),
  ),
  unit([16, 4], 5),
  numbers([16, 16], 6),
];
const thresholds = [0.1, 0.3, 0.25];

/** What RCNNProposal computes. */
function reported(): Tensor {
  const all = Array.from({ length: 16 }, (_, r) => {
    const own = (c: number) => at(probabilities, r, c + 1);
    const above = thresholds.map((threshold, c) => own(c) - threshold);
    const best = above.indexOf(Math.max(...above));
    const roi = [1, 2, 3, 4].map((i) => at(regions, r, i)) as unknown as Box;
    const box = moved(roi, (i) => at(shifts, r, 4 * (best + 1) + i));
    const isFound = at(regions, r, 0) === 0 && 1 - at(probabilities, r, 0) >= 0.1 &&
      above[best]! >= 0 && Math.min(...sidesOf(box)) >= 4;
    return { box, r, score: own(best), isFound };
  }).filter(({ isFound }) => isFound);
  assert(all.length < 15);
  const kept = suppressed(all, 0.3, 4);
  return tensorOf([kept.length, 9, 1, 1], (k, i) => {
    const { box, r } = all[kept[k!]!]!;
    return i === 0 ? 0 : i! < 5 ? box[i! - 1]! : at(probabilities, r, i! - 5);
  });
}

const reportText = (more: string, least = 0.1) => `
  input: "scores" input_shape { dim: 16 dim: 4 }
  input: "moves" input_shape { dim: 16 dim: 16 }
  input: "rois" input_shape { dim: 16 dim: 5 }
  input: "info" input_shape { dim: 1 dim: 6 }
  layer { name: "r" type: "RCNNProposal" bottom: "scores" bottom: "moves" bottom: "rois"
    bottom: "info" top: "r" ${regression}
    detection_output_ssd_param { num_class: 3 rpn_proposal_output_score: true
      regress_agnostic: false min_size_h: 4 min_size_w: 4 threshold_objectness: ${least}
      ${more} refine_out_of_map_bbox: true
      nms_param { overlap_ratio: 0.3 top_n: 4 max_candidate_n: 10 voting: false vote_iou: 0.6 } } }`;

testEverywhere("RCNNProposal reports boxes with the probabilities of all classes", {
  text: reportText("threshold: 0.1 threshold: 0.3 threshold: 0.25"),
  inputs: [probabilities, shifts, regions, info],
  outputs: [reported()],
  refused: selects,
});

testEverywhere("RCNNProposal gives a row of −1 if it detects nothing", {
  text: reportText("threshold: 0.1 threshold: 0.3 threshold: 0.25", 1.5),
  inputs: [probabilities, shifts, regions, info],
  outputs: [tensor([1, 9, 1, 1], "-1 ".repeat(9))],
  refused: selects,
});

Deno.test("layers of Apollo refuse bottoms and settings that do not fit, and say why", () => {
  const refuse = (text: string, message: RegExp) =>
    assert.throws(() => runText(text, {}), { message });
  refuse(
    proposalText("").replace("heat_map_a: 16", ""),
    /no heat_map_a in its detection_output_ssd/,
  );
  refuse(proposalText("").replace("top_n: 4", ""), /it has no nms_param.top_n/);
  refuse(proposalText("").replace("anchor_height: 9", ""), /but 1 anchors need \[1, 2, H, W\]/);
  refuse(proposalText("").replace("soft_nms: false", "soft_nms: true"), /use_soft_nms/);
  refuse(
    alignText("").replace("group_width: 3", ""),
    /its group_width is 0 or missing, but it must/,
  );
  refuse(alignText("").replace("output_dim: 2", "output_dim: 3"), /need \[N, 18, H, W\] and/);
  refuse(reportText("threshold: 0.1"), /it has num_class 3 and 1 thresholds, but needs one/);
  refuse(reportText("").replace("num_class: 3", "num_class: 2"), /need \[R, 3\], \[R, 12\]/);
});
