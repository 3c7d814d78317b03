/**
 * A network with the outputs of RetinaFace.
 *
 * @module
 */

/** Settings of the network. */
interface Settings {
  readonly strides?: readonly number[];
  /** The number of anchors at each position. */
  readonly anchors?: number;
  readonly landmarks?: boolean;
  /** The layer from scores to probabilities. */
  readonly probability?: string;
}

/** The prototxt for pictures of 64 × 96 pixels. All deltas are 0, and all scores are 0.5. */
export function retinaface(
  { strides = [32, 16, 8], anchors = 2, landmarks = true, probability = "Softmax" }: Settings = {},
): string {
  const heads = strides.map((stride) => {
    const head = (kind: string, outputs: number) =>
      `layer { name: "${kind}${stride}" type: "Convolution" bottom: "pool${stride}"
        top: "face_rpn_${kind}_stride${stride}"
        convolution_param { num_output: ${outputs} kernel_size: 1
          weight_filler { type: "constant" value: 0 } } }`;
    const reshaped = (kind: string, bottom: string, channels: number) =>
      `layer { name: "${kind}${stride}" type: "Reshape" bottom: "face_rpn_${bottom}_stride${stride}"
        top: "face_rpn_${kind}_stride${stride}"
        reshape_param { shape { dim: 1 dim: ${channels} dim: -1 dim: 0 } } }`;
    return `layer { name: "pool${stride}" type: "Pooling" bottom: "data" top: "pool${stride}"
        pooling_param { pool: AVE kernel_size: ${stride} stride: ${stride} } }
      ${head("cls_score", 2 * anchors)}
      ${reshaped("cls_score_reshape", "cls_score", 2)}
      layer { name: "prob${stride}" type: "${probability}"
        bottom: "face_rpn_cls_score_reshape_stride${stride}"
        top: "face_rpn_cls_prob_stride${stride}" }
      ${reshaped("cls_prob_reshape", "cls_prob", 2 * anchors)}
      ${head("bbox_pred", 4 * anchors)}
      ${landmarks ? head("landmark_pred", 10 * anchors) : ""}`;
  });
  return `input: "data" input_shape { dim: 1 dim: 3 dim: 64 dim: 96 } ${heads.join("")}`;
}
