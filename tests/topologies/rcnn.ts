/**
 * Two-stage detectors: Faster R-CNN on ZF, R-FCN on ResNet-50.
 *
 * @see https://arxiv.org/abs/1506.01497 Faster R-CNN
 * @see https://arxiv.org/abs/1605.06409 R-FCN
 * @module
 */
import { conv, dense, pool, relu } from "./blocks.ts";
import { type Fields, Prototxt, type Scale } from "./prototxt.ts";

/** Adds a region proposal network: scores and boxes of nine anchors per cell, and the best 300. */
function proposals(net: Prototxt, features: string, width: number, names: readonly string[]): void {
  const [first, activation, top] = names as [string, string, string];
  conv(net, first, width, 3, {
    bottom: features,
    top,
    param: [{ lr_mult: 1 }, { lr_mult: 2 }],
    convolution_param: { pad: 1, stride: 1 },
  });
  relu(net, activation);
  for (const [name, output] of [["rpn_cls_score", 18], ["rpn_bbox_pred", 36]] as const) {
    net.layer("Convolution", name, {
      bottom: top,
      param: [{ lr_mult: 1 }, { lr_mult: 2 }],
      convolution_param: { num_output: output, kernel_size: 1, pad: 0, stride: 1 },
    });
  }
  net.layer("Reshape", "rpn_cls_score_reshape", {
    bottom: "rpn_cls_score",
    reshape_param: { shape: { dim: [0, 2, -1, 0] } },
  });
  net.layer("Softmax", "rpn_cls_prob");
  net.layer("Reshape", "rpn_cls_prob_reshape", {
    reshape_param: { shape: { dim: [0, 18, -1, 0] } },
  });
  net.layer("Python", "proposal", {
    bottom: ["rpn_cls_prob_reshape", "rpn_bbox_pred", "im_info"],
    top: "rois",
    python_param: {
      module: "rpn.proposal_layer",
      layer: "ProposalLayer",
      param_str: "'feat_stride': 16",
    },
  });
}

/** Faster R-CNN on the network of Zeiler and Fergus, for the 20 classes of VOC. */
export function fasterRcnnZf(scale: Scale): string {
  const net = new Prototxt("ZF", scale);
  net.input("data", [1, 3, ...net.size(600, 1000)]);
  net.input("im_info", [1, 3]);
  net.last = "data";
  const unit = (i: number, output: number, kernel: number, settings: Fields) => {
    conv(net, `conv${i}`, output, kernel, {
      param: [{ lr_mult: 1 }, { lr_mult: 2 }],
      convolution_param: settings,
    });
    relu(net, `relu${i}`);
  };
  const lrn = (i: number) => {
    net.layer("LRN", `norm${i}`, {
      lrn_param: {
        local_size: 3,
        alpha: 0.00005,
        beta: 0.75,
        norm_region: "WITHIN_CHANNEL",
        engine: "CAFFE",
      },
    });
    pool(net, `pool${i}`, "MAX", 3, 2, { pooling_param: { pad: 1 } });
  };
  unit(1, 96, 7, { pad: 3, stride: 2 });
  lrn(1);
  unit(2, 256, 5, { pad: 2, stride: 2 });
  lrn(2);
  for (const [i, output] of [[3, 384], [4, 384], [5, 256]] as const) {
    unit(i, output, 3, { pad: 1, stride: 1 });
  }
  proposals(net, "conv5", 256, ["rpn_conv1", "rpn_relu1", "rpn_conv1"]);
  net.layer("ROIPooling", "roi_pool_conv5", {
    bottom: ["conv5", "rois"],
    roi_pooling_param: { pooled_w: 6, pooled_h: 6, spatial_scale: 0.0625 },
  });
  for (const i of [6, 7]) {
    dense(net, `fc${i}`, net.channels(4096), { param: [{ lr_mult: 1 }, { lr_mult: 2 }] });
    relu(net, `relu${i}`);
    net.inPlace("Dropout", `drop${i}`, {
      dropout_param: { dropout_ratio: 0.5, scale_train: false },
    });
  }
  dense(net, "cls_score", 21, { bottom: "fc7" });
  dense(net, "bbox_pred", 84, { bottom: "fc7" });
  net.layer("Softmax", "cls_prob", {
    bottom: "cls_score",
    loss_param: { ignore_label: -1, normalize: true },
  });
  return net.toString();
}

/** R-FCN on ResNet-50: position-sensitive score maps. */
export function rfcnResnet50(scale: Scale): string {
  const net = new Prototxt("ResNet-50", scale);
  net.input("data", [1, 3, ...net.size(600, 1000)]);
  net.input("im_info", [1, 3]);
  const unit = (id: string, output: number, settings: Fields, bottom = net.last) => {
    const name = id === "conv1" ? id : `res${id}`;
    const stem = id === "conv1" ? "_conv1" : id;
    net.layer("Convolution", name, {
      bottom,
      convolution_param: { num_output: net.channels(output), ...settings, bias_term: false },
      param: { lr_mult: id === "conv1" || id.startsWith("2") ? 0 : 1 },
    });
    const frozen = Array(3).fill({ lr_mult: 0, decay_mult: 0 });
    net.inPlace("BatchNorm", `bn${stem}`, {
      batch_norm_param: { use_global_stats: true },
      param: frozen,
    });
    net.inPlace("Scale", `scale${stem}`, {
      scale_param: { bias_term: true },
      param: frozen.slice(1),
    });
    return name;
  };
  unit("conv1", 64, { kernel_size: 7, pad: 3, stride: 2 }, "data");
  relu(net, "conv1_relu");
  pool(net, "pool1", "MAX", 3, 2);
  for (const [stage, narrow, blocks] of [[2, 64, 3], [3, 128, 4], [4, 256, 6], [5, 512, 3]]) {
    for (let block = 0; block < blocks!; block++) {
      const id = `${stage}${"abcdef"[block]}`, from = net.last;
      const stride = block === 0 && (stage === 3 || stage === 4) ? 2 : 1;
      // The last stage has a dilation of 2 instead of a stride.
      const holes = stage === 5 ? { pad: 2, dilation: 2 } : { pad: 1 };
      const one = { kernel_size: 1, pad: 0 };
      const other = block > 0 ? from : unit(`${id}_branch1`, 4 * narrow!, { ...one, stride });
      unit(`${id}_branch2a`, narrow!, { ...one, stride }, from);
      relu(net, `res${id}_branch2a_relu`);
      unit(`${id}_branch2b`, narrow!, { kernel_size: 3, stride: 1, ...holes });
      relu(net, `res${id}_branch2b_relu`);
      const branch = unit(`${id}_branch2c`, 4 * narrow!, { ...one, stride: 1 });
      net.layer("Eltwise", `res${id}`, { bottom: [other, branch] });
      relu(net, `res${id}_relu`);
    }
  }
  const last = net.last;
  proposals(net, "res4f", 512, ["rpn_conv/3x3", "rpn_relu/3x3", "rpn/output"]);
  conv(net, "conv_new_1", 1024, 1, {
    bottom: last,
    param: [{ lr_mult: 1 }, { lr_mult: 2 }],
    convolution_param: { pad: 0 },
  });
  relu(net, "conv_new_1_relu");
  for (const [name, output] of [["cls", 21], ["bbox", 8]] as const) {
    net.layer("Convolution", `rfcn_${name}`, {
      bottom: "conv_new_1",
      param: [{ lr_mult: 1 }, { lr_mult: 2 }],
      convolution_param: { num_output: output * 7 * 7, kernel_size: 1, pad: 0 },
    });
  }
  for (
    const [name, what, output, top] of [
      ["cls", "psroipooled_cls_rois", 21, "cls_score"],
      ["bbox", "psroipooled_loc_rois", 8, "bbox_pred_pre"],
    ] as const
  ) {
    net.layer("PSROIPooling", what, {
      bottom: [`rfcn_${name}`, "rois"],
      psroi_pooling_param: { spatial_scale: 0.0625, output_dim: output, group_size: 7 },
    });
    pool(net, `ave_${name}_${name === "cls" ? "score" : "pred"}_rois`, "AVE", 7, 7, { top });
  }
  net.layer("Softmax", "cls_prob", { bottom: "cls_score", top: "cls_prob_pre" });
  net.layer("Reshape", "cls_prob_reshape", {
    top: "cls_prob",
    reshape_param: { shape: { dim: [-1, 21] } },
  });
  net.layer("Reshape", "bbox_pred_reshape", {
    bottom: "bbox_pred_pre",
    top: "bbox_pred",
    reshape_param: { shape: { dim: [-1, 8] } },
  });
  return net.toString();
}
