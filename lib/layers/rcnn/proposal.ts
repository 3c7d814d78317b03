/**
 * Faster R-CNN's ProposalLayer, a Python layer: the region proposals, selected on the CPU. Its limits
 * are not in the file; they are those of py-faster-rcnn's configuration for tests.
 *
 * @see https://github.com/rbgirshick/py-faster-rcnn/blob/master/lib/rpn/proposal_layer.py
 * @module
 */
import { float, floats, message, repeated, uint32 } from "../../../proto/message.ts";
import type { Value } from "../../../runtime/graph.ts";
import type { Options } from "../../../runtime/ops/mod.ts";
import { roundToEven } from "../../../runtime/ops/round.ts";
import { sameShape, showShape } from "../../../runtime/tensor.ts";
import { customLayerHint } from "../../option_hints.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer, type LayerInstance, topName } from "../layer.ts";
import { definePythonLayer, type Settings } from "../python/python_layer.ts";
import { proposeWindows } from "../video/windows_of_time.ts";

export const proposalLayer = definePythonLayer({
  name: "rpn.proposal_layer.ProposalLayer",
  settings: ["feat_stride", "scales", "ratios", "base_size"],
  bottoms: [2, 3],
  tops: [1, 2],

  lower(instance, settings) {
    if (instance.bottoms.length === 3) return proposeAsSet(instance, settings, {});
    // R-C3D's has the same name.
    const scales = listOf(settings, "scales", Array.from({ length: 63 }, (_, i) => i + 1));
    return proposeWindows(instance, strideOf(settings), scales);
  },
});

/**
 * The same layer of SSH, a detector of faces: it gives the best boxes of any size. Non-maximum
 * suppression is left to the program, since three such layers find faces of different sizes.
 *
 * @see https://github.com/mahyarnajibi/SSH/blob/master/SSH/layers/proposal_layer.py
 */
export const sshProposalLayer = definePythonLayer({
  ...proposalLayer,
  bottoms: [3, 3],
  name: "SSH.layers.proposal_layer.ProposalLayer",
  // No IoU is above 1.
  lower: (instance, settings) =>
    proposeAsSet(instance, settings, { smallest: 0, top: 1000, overlap: 2, keep: -1 }),
});

/** Lowers a ProposalLayer with its settings, and limits that are not among them. */
function proposeAsSet(
  instance: LayerInstance<unknown>,
  settings: Settings,
  limits: Partial<Options["proposal"]>,
): readonly Value[] {
  const stride = strideOf(settings);
  // The layer ignores its base_size; forks that read it are the same with 16.
  const [side] = listOf(settings, "base_size", [16]);
  if (side !== 16) throw new TypeError(`its base_size is ${side}, but only 16 is supported`);
  const ratios = listOf(settings, "ratios", [0.5, 1, 2]);
  const anchors = anchorsOf(ratios, listOf(settings, "scales", [8, 16, 32]), 16, roundToEven);
  const [scores, deltas, info] = instance.bottoms;
  const bottoms = [scores!, deltas!, withoutRest(instance, info!)];
  return propose({ ...instance, bottoms }, { stride, anchors, ...limits });
}

/**
 * Settings of other layers of this name, which select boxes in another way: of Synopsys's fork, of
 * Ascend's, and of one that drops boxes by their score.
 */
const otherSettings = {
  anchor_base_size: repeated(float(0)),
  anchor_scale: repeated(float(0)),
  anchor_ratio: repeated(float(0)),
  max_rois: repeated(float(0)),
  iou_threshold: repeated(float(0)),
  score_thresh: repeated(float(0)),
};

/**
 * Proposal: the same in C++, in PVANet's and Intel's forks. Its limits are in the file. Boxes that are
 * too small get a score of 0, where ProposalLayer drops them, so they fill up the regions of an image
 * with few others. PVANet's third bottom has two scales, the third number for the least height and the
 * fourth for the least width; ProposalLayer reads the third alone.
 */
export const proposal = defineLayer({
  type: "Proposal",
  ops: ["proposal", "reshape", "slice"],
  param: {
    name: "proposal_param",
    message: message("ProposalParameter", {
      feat_stride: uint32(1, 16),
      base_size: uint32(2, 16),
      min_size: uint32(3, 16),
      ratio: floats(4),
      scale: floats(5),
      pre_nms_topn: uint32(6, 6000),
      post_nms_topn: uint32(7, 300),
      nms_thresh: float(8, 0.7),
      ...otherSettings,
    }),
  },
  bottoms: [3, 3],
  tops: [1, 2],

  lower(instance) {
    const { ratio, scale, ...param } = instance.param;
    const names = Object.keys(otherSettings) as (keyof typeof otherSettings)[];
    const others = names.filter((name) => param[name].length > 0).join(", ");
    if (others !== "") {
      throw new TypeError(
        `it has ${others}, as a layer of this name in another fork, which selects boxes in another ` +
          `way; ${customLayerHint}`,
      );
    }
    const ratios = ratio.length > 0 ? [...ratio] : [0.5, 1, 2];
    const scales = scale.length > 0 ? [...scale] : [8, 16, 32];
    const [rois, scores] = propose(instance, {
      stride: param.feat_stride,
      anchors: anchorsOf(ratios, scales, param.base_size, Math.round),
      smallest: param.min_size,
      keepsSmall: true,
      top: param.pre_nms_topn,
      overlap: param.nms_thresh,
      keep: param.post_nms_topn,
    });
    if (scores === undefined) return [rois!];
    const list = apply(instance.graph, "reshape", `${topName(instance, 1)}/list`, [scores], {
      shape: [-1],
    });
    return [rois!, list];
  },
});

/** The height, width and scale of the image, without what may follow them. */
export function withoutRest({ graph, name }: LayerInstance<unknown>, info: Value): Value {
  const isLonger = info.shape.length === 2 && info.shape[1]! > 3;
  const same = fixed(graph, `${name}/info`, info, 0, isLonger ? 1 : undefined);
  return isLonger ? apply(graph, "slice", `${name}/info`, [same], { start: 0, end: 3 }) : same;
}

/**
 * The same, for layers that compute with these numbers.
 *
 * @throws {TypeError} if it is not that of one image.
 */
export function imageInfo(instance: LayerInstance<unknown>, given: Value): Value {
  const info = withoutRest(instance, given);
  if (sameShape(info.shape, [1, 3])) return info;
  throw new TypeError(
    `its third bottom is ${showShape(given.shape)}, but it must be [1, 3]: the image's height, ` +
      "width and scale",
  );
}

/** The boxes and, as an optional second top, their scores. */
export function propose(
  instance: LayerInstance<unknown>,
  options: Options["proposal"],
): readonly Value[] {
  const { graph, name, bottoms, layer } = instance;
  const found = apply(graph, "proposal", `${name}/found`, bottoms, options);
  const tops = [apply(graph, "slice", name, [found], { start: 0, end: 5 })];
  if (layer.tops.length > 1) {
    tops.push(apply(graph, "slice", topName(instance, 1), [found], { start: 5, end: 6 }));
  }
  return tops;
}

function strideOf(settings: Settings): number {
  const [stride] = listOf(settings, "feat_stride", []);
  if (stride === undefined) throw new TypeError("its param_str has no feat_stride, but needs it");
  return stride;
}

function listOf(settings: Settings, name: string, fallback: readonly number[]): readonly number[] {
  const value = settings.get(name);
  if (value === undefined) return fallback;
  const list = Array.isArray(value) ? value : [value];
  if (list.every((item) => typeof item === "number")) return list;
  throw new TypeError(`its ${name} is ${JSON.stringify(value)}, not a number or a list of them`);
}

/**
 * The anchors: boxes of each ratio of height to width and each scale, centered on a square.
 *
 * @param side The side of the square in pixels.
 * @param round The rounding of halves: NumPy rounds to even, C++ up.
 * @throws {TypeError} if a ratio or a scale is not a number above 0.
 */
export function anchorsOf(
  ratios: readonly number[],
  scales: readonly number[],
  side: number,
  round: (x: number) => number,
): number[] {
  if (![...ratios, ...scales].every((x) => x > 0 && x < Infinity)) {
    throw new TypeError(
      `its anchors have the ratios ${showShape(ratios)} and the scales ${showShape(scales)}, but ` +
        "all must be numbers above 0",
    );
  }
  const center = (side - 1) / 2;
  return ratios.flatMap((ratio) => {
    const width = round(Math.sqrt(side * side / ratio));
    const height = round(width * ratio);
    return scales.flatMap((scale) => {
      const x = (width * scale - 1) / 2, y = (height * scale - 1) / 2;
      return [center - x, center - y, center + x, center + y];
    });
  });
}
