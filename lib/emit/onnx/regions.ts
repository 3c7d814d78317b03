/**
 * Ops that pool the regions of boxes, in ONNX's operators.
 *
 * @module
 */
import type { OnnxBuilder } from "./builder.ts";
import type { Entry } from "./entry.ts";
import type { OnnxValue } from "./node.ts";

/** Boxes as `[R, 5]`: the number of an image, then left, top, right and bottom. */
function listed(onnx: OnnxBuilder, boxes: OnnxValue): OnnxValue {
  return onnx.reshape(boxes, [boxes.shape[0]!, 5]);
}

export const roiPool: Entry<"roiPool"> = ({ onnx, attributes, inputs: [x, boxes], shape }) =>
  onnx.node("MaxRoiPool", [x!, listed(onnx, boxes!)], shape, {
    pooled_shape: { ints: attributes.bins },
    spatial_scale: { f: attributes.scale },
  });

export const roiAverage: Entry<"roiAverage"> = ({ onnx, attributes, inputs, shape }) => {
  const { bins, scale, samples } = attributes;
  const boxes = listed(onnx, inputs[1]!);
  const [regions] = boxes.shape as [number];
  const images = onnx.cast(onnx.reshape(onnx.sliceAxis(boxes, 1, 0, 1), [regions]), "int64");
  return onnx.node("RoiAlign", [inputs[0]!, onnx.sliceAxis(boxes, 1, 1, 4), images], shape, {
    output_height: { i: bins[0] },
    output_width: { i: bins[1] },
    sampling_ratio: { i: samples },
    spatial_scale: { f: scale },
    coordinate_transformation_mode: { s: "output_half_pixel" },
  });
};
