/**
 * Detectors' networks for training are converted to their predictions, without ground truth.
 */
import { input, layer, learned, onlyTraining, python, testPredictions } from "./predictions.ts";

testPredictions([
  {
    does: "Faster R-CNN keeps its proposals, and needs no ground truth",
    text: input("data", 1, 3, 32, 32) + input("im_info", 1, 3) + input("gt_boxes", 1, 5) +
      layer(...[
        "Convolution",
        "data",
        "conv",
        "convolution_param { num_output: 8 kernel_size: 1 stride: 16 }",
      ]) +
      layer("Convolution", "conv", "score", "convolution_param { num_output: 18 kernel_size: 1 }") +
      layer("Convolution", "conv", "move", "convolution_param { num_output: 36 kernel_size: 1 }") +
      layer(
        "Python",
        "score gt_boxes im_info data",
        "labels targets inside outside",
        python("rpn.anchor_target_layer.AnchorTargetLayer"),
      ) +
      layer("SoftmaxWithLoss", "score labels", "loss") +
      layer("SmoothL1Loss", "move targets inside outside", "other") +
      layer(
        "Python",
        "score move im_info",
        "rpn_rois",
        python("rpn.proposal_layer.ProposalLayer", "'feat_stride': 16"),
      ) +
      layer(
        "Python",
        "rpn_rois gt_boxes",
        "rois classes bbox_targets bbox_inside bbox_outside",
        python("rpn.proposal_target_layer.ProposalTargetLayer", "'num_classes': 21"),
      ) +
      layer("ROIPooling", "conv rois", "pool", "roi_pooling_param { pooled_w: 2 pooled_h: 2 }") +
      learned("pool", "cls_score", 21) + learned("pool", "bbox_pred", 84) +
      layer("SoftmaxWithLoss", "cls_score classes", "loss_cls") +
      layer("SmoothL1Loss", "bbox_pred bbox_targets bbox_inside bbox_outside", "loss_bbox"),
    inputs: "data im_info",
    outputs: "bbox_pred loss loss_cls",
    warns: [onlyTraining("labels", "Python rpn.anchor_target_layer.AnchorTargetLayer")],
  },
  {
    does: "a fork's ProposalTargetLayer may have further labels, targets and settings",
    text: input("data", 1, 3, 32, 32) + input("rpn_rois", 4, 5) + input("gt_boxes", 1, 5) +
      input("image_id", 1) +
      layer(
        "Python",
        "rpn_rois gt_boxes image_id",
        "rois labels targets inside outside seg_targets seg_weights",
        python("rpn.proposal_target_layer.ProposalTargetLayer", "'num_classes': 2, 'seg_num': 14"),
      ) +
      layer("ROIPooling", "data rois", "pool", "roi_pooling_param { pooled_w: 2 pooled_h: 2 }") +
      learned("pool", "cls_score", 2) + learned("pool", "bbox_pred", 8) +
      learned("pool", "seg_pred", 28) +
      layer("SoftmaxWithLoss", "cls_score labels", "loss_cls") +
      layer("SmoothL1Loss", "bbox_pred targets inside outside", "loss_bbox") +
      layer("SmoothL1Loss", "seg_pred seg_targets seg_weights", "loss_seg"),
    inputs: "data rpn_rois",
    outputs: "bbox_pred loss_cls seg_pred",
  },
  {
    does: "R-FCN's losses of each region, which choose the hard ones, are left out",
    text: input("data", 2, 4) + input("labels", 2) + input("targets", 2, 8) +
      learned("data", "score", 2) + learned("data", "box", 8) +
      layer("SoftmaxWithLossOHEM", "score labels", "loss prob class_losses") +
      layer("SmoothL1LossOHEM", "box targets", "other box_losses") +
      layer("Eltwise", "class_losses box_losses", "losses") +
      layer("BoxAnnotatorOHEM", "losses labels", "hard_labels weights") +
      layer("Silence", "loss prob other weights", "") +
      layer("SoftmaxWithLoss", "score hard_labels", "loss_cls") +
      layer("SmoothL1LossOHEM", "box targets", "loss_bbox"),
    outputs: "box loss_cls",
    warns: [onlyTraining("hard_labels", "BoxAnnotatorOHEM")],
  },
]);
