/**
 * DetectionOutput: the boxes that a single-shot detector has found, selected on the CPU after all
 * other ops.
 *
 * RefineDet has two more bottoms, its first stage: scores by which priors are discarded, and locations
 * by which the others are refined. TextBoxes++ adds the four corners of each box, which may be
 * rotated, as in its GPU code; in its CPU code two corners overwrite the others.
 *
 * @see https://github.com/weiliu89/caffe/blob/ssd/src/caffe/layers/detection_output_layer.cpp
 * @see https://github.com/sfzhang15/RefineDet
 * @see https://github.com/MhLiao/TextBoxes_plusplus
 * @module
 */
import {
  bool,
  enumeration,
  float,
  int32,
  message,
  nested,
  onlyWith,
  open,
  string,
  uint32,
} from "../../../proto/message.ts";
import type { Value } from "../../../runtime/graph.ts";
import { count } from "../../../runtime/tensor.ts";
import { apply, defineLayer, type Layer } from "../layer.ts";
import { expectPositive } from "../positive.ts";

const NonMaximumSuppressionParameter = message("NonMaximumSuppressionParameter", {
  nms_threshold: float(1, 0.3),
  top_k: int32(2, -1),
  eta: float(3, 1),
});

/** Output files for evaluations, which have no effect here. */
const SaveOutputParameter = message("SaveOutputParameter", {
  output_directory: string(1),
  output_name_prefix: string(2),
  output_format: string(3),
  label_map_file: string(4),
  name_size_file: string(5),
  num_test_image: uint32(6),
  resize_param: open(7),
});

const DetectionOutputParameter = message("DetectionOutputParameter", {
  num_classes: uint32(1, 0),
  share_location: bool(2, true),
  background_label_id: int32(3, 0),
  nms_param: nested(4, NonMaximumSuppressionParameter),
  save_output_param: nested(5, SaveOutputParameter),
  code_type: enumeration(6, { CORNER: 1, CENTER_SIZE: 2, CORNER_SIZE: 3 }, "CORNER"),
  keep_top_k: int32(7, -1),
  variance_encoded_in_target: bool(8, false),
  confidence_threshold: float(9),
  visualize: bool(10, false),
  visualize_threshold: float(11),
  save_file: string(12),
  /** What some files write outside `nms_param`. */
  nms_threshold: float(0, 0.3),
  top_k: int32(0, -1),
  /** Of RefineDet. */
  objectness_score: float(0, 0.01),
  /** Of TextBoxes++. */
  use_polygon: bool(0, false),
  /** Of the detector of traffic lights; more columns for the states are not supported. */
  num_states: uint32(0),
  ...onlyWith({ do_state_prediction: false }),
});

export const detectionOutput = defineLayer({
  type: "DetectionOutput",
  ops: ["detectionOutput"],
  param: { name: "detection_output_param", number: 204, message: DetectionOutputParameter },
  bottoms: [3, 5],

  lower({ graph, name, param, bottoms }) {
    const { num_classes, nms_param, confidence_threshold } = param;
    expectPositive({ num_classes });
    const { nms_threshold, top_k, eta } = nms_param ?? { ...param, eta: 1 };
    if (!(nms_threshold >= 0)) {
      throw new TypeError(`its nms_threshold is ${nms_threshold}, but it must be at least 0`);
    }
    if (!(eta > 0 && eta <= 1)) {
      throw new TypeError(`its eta is ${eta}, but it must be above 0 and at most 1`);
    }
    if (
      param.use_polygon && (param.code_type !== "CENTER_SIZE" || param.variance_encoded_in_target)
    ) {
      throw new TypeError(
        "it has use_polygon, which is supported only with code_type CENTER_SIZE and without " +
          "variance_encoded_in_target",
      );
    }
    if (param.share_location && !param.use_polygon) expectBothPriors(bottoms);
    // A fourth bottom in SSD is the image, for visualization. RefineDet's two are its first stage.
    const isRefined = bottoms.length === 5;
    return [
      apply(graph, "detectionOutput", name, isRefined ? bottoms : bottoms.slice(0, 3), {
        classes: num_classes,
        shareLocation: param.share_location,
        background: param.background_label_id,
        code: codes[param.code_type],
        varianceEncoded: param.variance_encoded_in_target,
        polygon: param.use_polygon,
        confidence: confidence_threshold ?? -Infinity,
        objectness: isRefined ? param.objectness_score : 0,
        overlap: nms_threshold,
        eta,
        // Any number below 0 means all.
        top: Math.max(-1, top_k),
        keep: Math.max(-1, param.keep_top_k),
      }),
    ];
  },
});

/**
 * Expects a prior for each location: TextBoxes' Caffe makes two of each, which its file does not say.
 *
 * @throws {TypeError} if there are twice as many locations.
 */
function expectBothPriors([locations, _, priors]: readonly Value[]): void {
  // Half of the numbers of priors are their variances.
  const numbers = count(priors!.shape), known = numbers / 8;
  if (count(locations!.shape) !== (locations!.shape[0] ?? 1) * numbers) return;
  throw new TypeError(
    `its locations are for ${2 * known} priors, but there are ${known}; if this is TextBoxes, ` +
      "whose Caffe makes two of each, add `denser_prior_boxes: true` to each prior_box_param",
  );
}

/** What Xilinx's Caffe calls RefineDet's. */
export const detectionOutputRefine: Layer = {
  ...detectionOutput,
  type: "DetectionOutputRefine",
  bottoms: [5, 5],
};

const codes = { CORNER: "corner", CENTER_SIZE: "centerSize", CORNER_SIZE: "cornerSize" } as const;
