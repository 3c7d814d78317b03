/**
 * YOLO in Caffe, version 2 on Darknet-19 and version 3 on Darknet-53.
 *
 * @see https://arxiv.org/abs/1612.08242 YOLO9000
 * @see https://arxiv.org/abs/1804.02767 YOLOv3
 * @module
 */
import { pool } from "./blocks.ts";
import { Prototxt, type Scale } from "./prototxt.ts";

/** YOLO v2 for the 20 classes of VOC. */
export function yoloV2(scale: Scale): string {
  const net = new Prototxt("YOLOv2", scale);
  net.input("data", [1, 3, ...net.size(416)]);
  const unit = (i: number, output: number, kernel: number, bottom = net.last) => {
    net.layer("Convolution", `conv${i}`, {
      bottom,
      convolution_param: {
        num_output: net.channels(output),
        kernel_size: kernel,
        pad: (kernel - 1) / 2,
        stride: 1,
        bias_term: false,
      },
    });
    net.inPlace("BatchNorm", `bn${i}`, { batch_norm_param: { use_global_stats: true, eps: 1e-5 } });
    net.inPlace("Scale", `scale${i}`, { scale_param: { bias_term: true } });
    return net.inPlace("ReLU", `relu${i}`, { relu_param: { negative_slope: 0.1 } });
  };
  let i = 0;
  for (
    const [stage, widths] of [
      [32],
      [64],
      [128, 64, 128],
      [256, 128, 256],
      [512, 256, 512, 256, 512],
      [1024, 512, 1024, 512, 1024],
    ].entries()
  ) {
    if (stage > 0) pool(net, `pool${stage}`, "MAX", 2, 2);
    widths.forEach((width, j) => unit(++i, width, j % 2 === 0 ? 3 : 1));
  }
  unit(19, 1024, 3);
  const deep = unit(20, 1024, 3);
  unit(21, 64, 1, "conv13");
  net.layer("Reorg", "reorg1", { reorg_param: { stride: 2 } });
  net.layer("Concat", "concat1", { bottom: ["reorg1", deep] });
  unit(22, 1024, 3);
  net.layer("Convolution", "conv23", {
    convolution_param: { num_output: 125, kernel_size: 1, pad: 0, stride: 1 },
  });
  net.layer("YoloDetectionOutput", "detection_out", {
    include: { phase: "TEST" },
    yolo_detection_output_param: {
      confidence_threshold: 0.3,
      nms_threshold: 0.45,
      num_classes: 20,
      num_box: 5,
      coords: 4,
      biases: [
        1.3221,
        1.73145,
        3.19275,
        4.00944,
        5.05587,
        8.09892,
        9.47112,
        4.84053,
        11.2364,
        10.0071,
      ],
      label_map_file: "labelmap_voc.prototxt",
    },
  });
  return net.toString();
}

/** YOLO v3 for the 80 classes of COCO; layers are numbered as in Darknet's configuration file. */
export function yoloV3(scale: Scale): string {
  const net = new Prototxt("Darkent2Caffe", scale);
  net.input("data", [1, 3, ...net.size(416)], "input_dim");
  let layer = 0;
  const unit = (output: number, kernel: number, stride = 1) => {
    const name = `layer${++layer}`;
    net.layer("Convolution", `${name}-conv`, {
      convolution_param: {
        num_output: net.channels(output),
        kernel_size: kernel,
        pad: (kernel - 1) / 2,
        stride,
        bias_term: false,
      },
    });
    net.inPlace("BatchNorm", `${name}-bn`, { batch_norm_param: { use_global_stats: true } });
    net.inPlace("Scale", `${name}-scale`, { scale_param: { bias_term: true } });
    return net.inPlace("ReLU", `${name}-act`, { relu_param: { negative_slope: 0.1 } });
  };
  unit(32, 3);
  const stages: string[] = [];
  for (const [i, blocks] of [1, 2, 8, 8, 4].entries()) {
    const width = 64 * 2 ** i;
    unit(width, 3, 2);
    for (let block = 0; block < blocks; block++) {
      const from = net.last;
      unit(width / 2, 1);
      unit(width, 3);
      net.layer("Eltwise", `layer${++layer}-shortcut`, {
        bottom: [from, net.last],
        eltwise_param: { operation: "SUM" },
      });
    }
    stages.push(net.last);
  }
  const outputs: string[] = [];
  for (const [i, width] of [512, 256, 128].entries()) {
    if (i > 0) {
      net.last = `layer${layer - 4}-conv`;
      layer++;
      unit(width, 1);
      const up = net.layer("Upsample", `layer${++layer}-upsample`, {
        upsample_param: { scale: 2 },
      });
      net.layer("Concat", `layer${++layer}-route`, { bottom: [up, stages[4 - i]!] });
    }
    for (let j = 0; j < 3; j++) {
      unit(width, 1);
      unit(2 * width, 3);
    }
    outputs.push(net.layer("Convolution", `layer${++layer}-conv`, {
      convolution_param: { num_output: 255, kernel_size: 1, pad: 0, stride: 1, bias_term: true },
    }));
    layer++;
  }
  net.layer("Yolov3DetectionOutput", "detection_out", {
    bottom: outputs,
    yolov3_detection_output_param: {
      confidence_threshold: 0.5,
      nms_threshold: 0.45,
      num_classes: 80,
      num_box: 3,
      biases: [10, 13, 16, 30, 33, 23, 30, 61, 62, 45, 59, 119, 116, 90, 156, 198, 373, 326],
      mask_group_num: 3,
      mask: [6, 7, 8, 3, 4, 5, 0, 1, 2],
      anchors_scale: [32, 16, 8],
    },
  });
  return net.toString();
}
