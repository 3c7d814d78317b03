/**
 * Losses and metrics, which compare predictions with labels during training.
 *
 * Outside training, some are replaced by the function that they apply first (SoftmaxWithLoss by a
 * softmax); the others are left out, and their predictions are outputs. Their settings only matter in
 * training.
 *
 * @module
 */
import { bool, float, int32, message, openEnumeration, string } from "../../../proto/message.ts";
import type { Value } from "../../../runtime/graph.ts";
import { apply, type CountRange, defineLayer, type Layer, type LayerInstance } from "../layer.ts";
import { softmaxParam } from "./softmax.ts";

/** Labels and weights follow the prediction; tops may be omitted. */
const counts = { bottoms: [1, 3], tops: [0, 2], uses: 1, measures: true } as const;

/** The value for each top; there is always one. */
function forEachTop({ layer }: LayerInstance<unknown>, value: Value): readonly Value[] {
  return new Array<Value>(Math.max(1, layer.tops.length)).fill(value);
}

/** SoftmaxWithLoss: both of its tops are the probabilities, as the second is in Caffe. */
export const softmaxWithLoss = defineLayer({
  type: "SoftmaxWithLoss",
  ops: ["softmax"],
  param: softmaxParam,
  ...counts,

  lower(instance) {
    const { graph, name, layer, param: { axis }, bottoms: [bottom] } = instance;
    // Caffe passes all of them to its inner softmax, which has one top.
    if (layer.lossWeights.length > 1) {
      throw new TypeError(
        `it has ${layer.lossWeights.length} values of loss_weight, but Caffe allows it one`,
      );
    }
    const probabilities = apply(graph, "softmax", name, [bottom!], { axis });
    return forEachTop(instance, probabilities);
  },
});

/** InfogainLoss: a softmax, and a loss that weights errors by a matrix. */
export const infogainLoss = defineLayer({
  type: "InfogainLoss",
  ops: ["softmax"],
  param: {
    name: "infogain_loss_param",
    number: 116,
    message: message("InfogainLossParameter", { source: string(1), axis: int32(2, 1) }),
  },
  ...counts,

  lower(instance) {
    const { graph, name, param: { axis }, bottoms: [bottom] } = instance;
    const probabilities = apply(graph, "softmax", name, [bottom!], { axis });
    return forEachTop(instance, probabilities);
  },
});

/** SigmoidCrossEntropyLoss: one probability an element. */
export const sigmoidCrossEntropyLoss = defineLayer({
  type: "SigmoidCrossEntropyLoss",
  ops: ["sigmoid"],
  ...counts,

  lower(instance) {
    const { graph, name, bottoms: [bottom] } = instance;
    const probabilities = apply(graph, "sigmoid", name, [bottom!], {});
    return forEachTop(instance, probabilities);
  },
});

/** HingeLoss: it is left out, but an upgraded file keeps its settings. */
const hingeLoss = defineLayer({
  type: "HingeLoss",
  param: {
    name: "hinge_loss_param",
    number: 114,
    message: message("HingeLossParameter", { norm: openEnumeration(1, { L1: 1, L2: 2 }, "L1") }),
  },
  ...counts,
});

/** ContrastiveLoss compares two embeddings; only its third bottom is a label. */
const contrastiveLoss = defineLayer({
  type: "ContrastiveLoss",
  param: {
    name: "contrastive_loss_param",
    number: 105,
    message: message("ContrastiveLossParameter", {
      margin: float(1, 1),
      legacy_version: bool(2, false),
    }),
  },
  ...counts,
  uses: 2,
});

/** The layers that are left out. */
export const measures: readonly Layer[] = [
  measure("Accuracy"),
  symmetric("EuclideanLoss", [1, 3]),
  hingeLoss,
  measure("MultinomialLogisticLoss"),
  contrastiveLoss,
];

/** Losses and metrics of forks, which are left out as well: their predictions stay outputs. */
export const forkMeasures: readonly Layer[] = [
  // SSD: locations and scores, then priors and labels.
  { ...measure("MultiBoxLoss"), bottoms: [4, 4], uses: 2 },
  { ...measure("DetectionEvaluate"), bottoms: [2, 2] },
  // Faster R-CNN, R-FCN.
  symmetric("SmoothL1Loss", [2, 4]),
  symmetric("SmoothL1LossOHEM", [2, 4]),
  { ...measure("SoftmaxWithLossOHEM"), bottoms: [2, 4], tops: [0, 3] },
  // PSPNet, DeepLab.
  { ...measure("SegAccuracy"), bottoms: [2, 3] },
  // CRNN.
  { ...measure("CTCLoss"), bottoms: [2, 4] },
  { ...measure("CtcLoss"), bottoms: [2, 4] },
  { ...measure("WarpCTC"), bottoms: [2, 2] },
  { ...measure("LabelsequenceAccuracy"), bottoms: [2, 2] },
  // FlowNet, DetectNet.
  symmetric("L1Loss", [1, 3]),
  symmetric("LpqLoss", [1, 2]),
  // YOLO, faces.
  { ...measure("RegionLoss"), bottoms: [2, 2] },
  { ...measure("FocalLoss"), bottoms: [2, 3] },
  { ...measure("CenterLoss"), bottoms: [2, 2] },
  // Some compare three embeddings, some find them by their labels.
  { ...symmetric("TripletLoss", [1, 4]), uses: 4 },
];

/** A loss or metric of a given type, without settings. */
export function measure(type: string): Layer {
  return defineLayer({ type, ...counts });
}

/** The same, if either of the first two bottoms may be the label. */
function symmetric(type: string, bottoms: CountRange): Layer {
  return { ...measure(type), bottoms, uses: 2, isSymmetric: true };
}
