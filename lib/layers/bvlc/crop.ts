/**
 * Crop: crops the first bottom to the extents of the second, from some axis on, at an offset. The
 * second may have more axes.
 *
 * The Crop of the FCN, HED and U-Net forks, older than Caffe's, has no settings: it aligns the
 * bottoms by the coordinates of the image they were computed from. Caffe's offset is 0 by default.
 * RCF's AutoCrop always aligns them. In 3D Faster R-CNN, `center_align` crops around the centre. In
 * GLAD, there is one bottom; axis 2 gets a `height`, and other cropped axes a `weight`, the width.
 *
 * @see https://github.com/BVLC/caffe/blob/master/src/caffe/layers/crop_layer.cpp
 * @see https://github.com/BVLC/caffe/pull/1976
 * @see https://github.com/yun-liu/RCF/blob/master/src/caffe/layers/auto_crop_layer.cpp
 * @see https://github.com/southatsouth/GLAD/blob/master/caffe/src/caffe/layers/crop_layer.cpp
 * @see https://github.com/superxuang/caffe_3d_faster_rcnn/blob/master/src/caffe/layers/crop_layer.cpp
 * @module
 */
import { bool, int32, message, type MessageOf, repeated, uint32 } from "../../../proto/message.ts";
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { startsOf } from "../../../runtime/ops/crop.ts";
import { axisOf } from "../../../runtime/tensor.ts";
import { alignCropsHint } from "../../option_hints.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer } from "../layer.ts";
import { alignmentOf } from "./alignment.ts";

const param = {
  name: "crop_param",
  number: 144,
  message: message("CropParameter", {
    axis: int32(1, 2),
    offset: repeated(uint32(2)),
    center_align: bool(0, false),
    height: uint32(0, 0),
    weight: uint32(0, 0),
  }),
};

export const crop = defineLayer({
  type: "Crop",
  ops: ["crop", "reshape", "slice"],
  param,
  bottoms: [1, 2],

  lower({ graph, name, layer, param: given, bottoms, settings, warn }) {
    const [input, size] = bottoms, { axis, offset, center_align } = given;
    if (size === undefined) return [croppedTo(graph, name, input!, given)];
    if (center_align) {
      const first = axisOf(axis, input!.shape.length);
      const inputs = [
        fixed(graph, `${name}/input`, input!, first),
        fixed(graph, `${name}/size`, size!, first),
      ];
      const offsets = input!.shape.map((extent, i) => Math.trunc((extent - size!.shape[i]!) / 2));
      return [apply(graph, "crop", name, inputs, { axis, offsets: offsets.slice(first) })];
    }
    const aligned = layer.hasParam(param) ? undefined : alignmentOf(graph, input!, size!);
    // V1 layers of this type exist only in those forks.
    if (aligned !== undefined && (layer.isV1 || settings.alignCrops)) {
      return [apply(graph, "crop", name, bottoms, { axis, offsets: aligned })];
    }
    if (aligned?.some((shift) => shift !== 0)) {
      const shifts = [...new Set(aligned)].join(" and ");
      warn(
        `its offset is 0, Caffe's default without a crop_param; the forks of FCN, HED and U-Net ` +
          `align both bottoms instead, here by ${shifts}: if the network was made for one of them, ` +
          `set ${alignCropsHint}`,
      );
    }
    return [apply(graph, "crop", name, bottoms, { axis, offsets: offset })];
  },
});

/** The input cropped to the extents in the settings. */
function croppedTo(
  graph: GraphBuilder,
  name: string,
  input: Value,
  { axis, offset, height, weight }: MessageOf<typeof param.message>,
): Value {
  if (height === 0 || weight === 0) {
    throw new TypeError(
      "it has 1 bottom, but it needs 2, or a height and a weight, which is GLAD's width",
    );
  }
  const first = axisOf(axis, input.shape.length);
  return startsOf({ axis, offsets: offset }, input.shape).reduce((value, start, i) => {
    if (i < first) return value;
    const node = i === input.shape.length - 1 ? name : `${name}/axis${i}`;
    const end = start + (i === 2 ? height : weight);
    return apply(graph, "slice", node, [value], { axis: i, start, end });
  }, input);
}

export const autoCrop = defineLayer({
  type: "AutoCrop",
  ops: ["crop"],
  bottoms: [2, 2],

  lower({ graph, name, bottoms }) {
    const offsets = alignmentOf(graph, bottoms[0]!, bottoms[1]!);
    if (offsets === undefined) {
      throw new TypeError(
        "its offset is unknown, because its bottoms are not computed from one image, by layers " +
          "with known alignment and at one scale",
      );
    }
    if (offsets.some((offset) => offset < 0)) {
      const [rows, columns] = offsets.map((offset) => -offset);
      throw new TypeError(
        `its first bottom starts ${rows} rows and ${columns} columns after the second, but it must ` +
          "start before it",
      );
    }
    return [apply(graph, "crop", name, bottoms, { axis: 2, offsets })];
  },
});
