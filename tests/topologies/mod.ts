/**
 * Well-known Caffe networks, rebuilt from what was published about them.
 *
 * @module
 */
import type { Shape } from "../../runtime/tensor.ts";
import * as bvlc from "./bvlc_examples.ts";
import { c3d } from "./c3d.ts";
import { ageNet, genderNet, rcnnIlsvrc13, squeezenet11, vggCnnS } from "./classic.ts";
import { colorization } from "./colorization.ts";
import { crnn } from "./crnn.ts";
import { densenet121 } from "./densenet.ts";
import { enet } from "./enet.ts";
import { flownetC } from "./flownet.ts";
import { inceptionV3, inceptionV4 } from "./inception.ts";
import { lightCnn } from "./light_cnn.ts";
import { mobilenetV1, mobilenetV2 } from "./mobilenet.ts";
import { densenetOcr } from "./ocr.ts";
import { openposeBody25 } from "./openpose.ts";
import { full, type Scale } from "./prototxt.ts";
import { pspnet50 } from "./pspnet.ts";
import { fasterRcnnZf, rfcnResnet50 } from "./rcnn.ts";
import { openNsfw, seResnet50 } from "./residual.ts";
import { deeplabLargeFov, fcn8s, hed, segnet } from "./segmentation.ts";
import { shufflenet } from "./shufflenet.ts";
import { faceSsd, mobilenetSsd, ssd300 } from "./ssd.ts";
import { unet } from "./unet.ts";
import { yoloV2, yoloV3 } from "./yolo.ts";

/** A network to convert and run. */
export interface Topology {
  readonly name: string;
  /** Returns its prototxt. */
  readonly build: (scale: Scale) => string;
  /** The scale at which it is tested. */
  readonly small: Scale;
  /** The shapes of the inputs that its prototxt does not declare, at a scale. */
  readonly inputShapes?: (scale: Scale) => ReadonlyMap<string, Shape>;
  /** The name of its public prototxt, for which Caffe's answers at full size are recorded. */
  readonly recording?: string;
}

const small = (height: number, width: number, thin = 64): Scale => ({
  thin,
  input: [height, width],
});

/** Networks that tell what a picture, a clip, a line of text, or a few numbers are. */
export const recognition: readonly Topology[] = [
  { name: "MobileNet v1", build: mobilenetV1, small: small(64, 96) },
  { name: "MobileNet v2", build: mobilenetV2, small: small(64, 96) },
  { name: "SE-ResNet-50", build: seResnet50, small: small(96, 64) },
  {
    name: "ShuffleNet",
    build: shufflenet,
    small: small(64, 96),
    recording: "shufflenet_1x_g3",
  },
  {
    name: "DenseNet-121",
    build: densenet121,
    small: { ...small(96, 64), repeats: 3 },
  },
  { name: "Inception v3", build: inceptionV3, small: small(107, 139) },
  { name: "Inception v4", build: inceptionV4, small: small(107, 139) },
  { name: "CRNN", build: crnn, small: small(32, 100, 16) },
  { name: "DenseNet OCR", build: densenetOcr, small: small(32, 96) },
  { name: "age", build: ageNet, small: small(90, 120) },
  { name: "gender", build: genderNet, small: small(90, 120) },
  { name: "LightCNN", build: lightCnn, small: small(48, 64) },
  { name: "open_nsfw", build: openNsfw, small: small(96, 64) },
  { name: "SqueezeNet 1.1", build: squeezenet11, small: small(95, 63) },
  { name: "VGG-CNN-S", build: vggCnnS, small: small(120, 90) },
  { name: "C3D", build: c3d, small: small(40, 48, 16) },
  { name: "CIFAR-10 quick", build: bvlc.cifar10Quick, small: full },
  { name: "CIFAR-10 full", build: bvlc.cifar10Full, small: full },
  {
    name: "siamese",
    build: bvlc.siamese,
    small: full,
    inputShapes: () => new Map([["pair_data", [3, 2, 28, 28]]]),
  },
  {
    name: "logistic regression",
    build: bvlc.logisticRegression,
    small: full,
    inputShapes: () => new Map([["data", [5, 4]]]),
  },
  {
    name: "logistic regression, nonlinear",
    build: bvlc.nonlinearRegression,
    small: full,
    inputShapes: () => new Map([["data", [5, 4]]]),
  },
];

/** Networks that find objects. */
export const detection: readonly Topology[] = [
  {
    name: "MobileNet-SSD",
    build: mobilenetSsd,
    small: small(96, 128),
    recording: "mobilenet_ssd_voc",
  },
  { name: "SSD300-VGG16", build: ssd300, small: small(268, 268) },
  { name: "res10 face SSD", build: faceSsd, small: small(96, 128) },
  { name: "Faster R-CNN ZF", build: fasterRcnnZf, small: small(120, 160) },
  { name: "R-FCN ResNet-50", build: rfcnResnet50, small: small(120, 160) },
  { name: "YOLO v2", build: yoloV2, small: small(96, 64) },
  { name: "YOLO v3", build: yoloV3, small: small(96, 64) },
  { name: "R-CNN ILSVRC13", build: rcnnIlsvrc13, small: small(120, 90, 16) },
];

/** Networks that answer for each pixel. */
export const densePrediction: readonly Topology[] = [
  {
    name: "OpenPose body_25",
    build: openposeBody25,
    small: small(64, 80),
    inputShapes: ({ input: [height, width] = [368, 656] }) =>
      new Map([["image", [1, 3, height, width]]]),
  },
  { name: "FCN-8s", build: fcn8s, small: small(60, 90) },
  { name: "U-Net", build: unet, small: { ...small(44, 60), repeats: 3 } },
  { name: "SegNet", build: segnet, small: small(90, 120) },
  { name: "ENet", build: enet, small: small(64, 96, 16) },
  {
    name: "PSPNet50",
    build: pspnet50,
    small: small(89, 41),
    recording: "pspnet50_ADE20K_473",
  },
  { name: "DeepLab-LargeFOV", build: deeplabLargeFov, small: small(65, 97) },
  { name: "FlowNet-C", build: flownetC, small: small(64, 128) },
  { name: "colorization", build: colorization, small: small(64, 80) },
  { name: "HED", build: hed, small: small(60, 90) },
  {
    name: "autoencoder",
    build: bvlc.autoencoder,
    small: full,
    inputShapes: () => new Map([["data", [3, 1, 28, 28]]]),
  },
];

/** All topologies. */
export const topologies: readonly Topology[] = [...recognition, ...detection, ...densePrediction];
