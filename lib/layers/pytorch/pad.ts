/**
 * Pad: pads an image with a constant, by replicating its border, or by reflection. Negative padding
 * crops.
 *
 * In Synopsys's fork it is TensorFlow's Pad: two numbers for each axis, and a constant. In others
 * opposite sides have the same padding, and a `padtype` REFLECT repeats the border. SenseTime's tool
 * chain has the settings of ONNX's Pad: the numbers at the starts of all axes, then those at their ends.
 *
 * @see https://pytorch.org/docs/stable/generated/torch.nn.functional.pad.html
 * @see https://github.com/BVLC/caffe/blob/da0b4c29fdb7b6968d36699d04ee466bc9bad15d/src/caffe/layers/pad_layer.cpp
 * @see https://github.com/Liusifei/Face_Parsing_2016/blob/master/src/caffe/layers/pad_layer.cpp
 * @see https://github.com/ModelTC/NART/blob/main/art/modules/default/src/op/pad.c
 * @module
 */
import {
  enumeration,
  float,
  int32,
  message,
  type MessageOf,
  onlyWith,
  optionalEnumeration,
  repeated,
  string,
  uint32,
} from "../../../proto/message.ts";
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import { defineLayer } from "../layer.ts";
import { meaningOf } from "../meaning.ts";
import { padded, sidesFrom, withSides } from "../padded.ts";

const PadParameter = message("PadParameter", {
  pad_type: enumeration(1, { CONSTANT: 0, REPLICATE: 1, REFLECT: 2 }, "CONSTANT"),
  pad_u: int32(2, 0),
  pad_d: int32(3, 0),
  pad_l: int32(4, 0),
  pad_r: int32(5, 0),
  pad_value: float(6, 0),
  /** Of Synopsys's fork. */
  paddings: repeated(uint32(0)),
  constant_values: float(0, 0),
  /** Other names of pad_u and pad_d. */
  pad_t: int32(0),
  pad_b: int32(0),
  ...onlyWith({ type: "ZERO" }),
  /** Of forks with the same padding on opposite sides. */
  pad: uint32(0),
  pad_h: uint32(0),
  pad_w: uint32(0),
  padtype: optionalEnumeration(0, { ZERO: 0, REPLICATE: 1, REFLECT: 2 }),
  /** Of SenseTime's tool chain. */
  pads: repeated(int32(0)),
  mode: string(0),
  value: float(0, 0),
});

/** The meanings of mode. */
const modes = { constant: "CONSTANT", reflect: "REFLECT", edge: "REPLICATE" } as const;

/** The meanings of padtype. */
const padtypes = { ZERO: "CONSTANT", REPLICATE: "REPLICATE", REFLECT: "SYMMETRIC" } as const;

export const pad = defineLayer({
  type: "Pad",
  ops: ["concat", "conv2d", "power", "reverse", "slice", "tile"],
  param: { name: "pad_param", number: 504, message: PadParameter },

  lower({ graph, name, param, bottoms: [bottom] }) {
    const { pad_t: pad_u = param.pad_u, pad_b: pad_d = param.pad_d, pad_l, pad_r } = param;
    const { paddings, pad, pad_h = pad, pad_w = pad, padtype } = param;
    const hasSides = [pad_u, pad_d, pad_l, pad_r].some((extent) => extent !== 0);
    if (param.pads.length > 0 || param.mode !== undefined) {
      const isOther = hasSides || [pad_h, pad_w, padtype, paddings.length].some(Boolean);
      return [paddedLikeONNX(graph, name, bottom!, param, isOther)];
    }
    if (pad_h !== undefined || pad_w !== undefined || padtype !== undefined) {
      const [rows, columns] = [pad_h ?? 0, pad_w ?? 0];
      if (rows + columns === 0 || hasSides || paddings.length > 0) {
        throw new TypeError(
          `it pads ${rows} rows and ${columns} columns by its pad, pad_h and pad_w, but must pad ` +
            "some, and have no settings of other forks",
        );
      }
      const filling = { pad_type: padtypes[padtype ?? "ZERO"], pad_value: 0 };
      return [padded(graph, name, bottom!, [[rows, rows], [columns, columns]], filling)];
    }
    if (paddings.length > 0) return [paddedAlong(graph, name, bottom!, param, hasSides)];
    return [padded(graph, name, bottom!, [[pad_u, pad_d], [pad_l, pad_r]], param)];
  },
});

/** A value padded on both sides of each axis, by ONNX's settings. */
function paddedLikeONNX(
  graph: GraphBuilder,
  name: string,
  bottom: Value,
  { pads, mode = "constant", value }: MessageOf<typeof PadParameter>,
  isOther: boolean,
): Value {
  const axes = bottom.shape.length, pad_type = meaningOf("mode", mode, modes);
  if (pads.length !== 2 * axes || isOther) {
    throw new TypeError(
      `it has ${pads.length} pads for ${axes} axes, but needs two for each, and no settings of ` +
        "other forks",
    );
  }
  const sides = bottom.shape.map((_, axis) => [pads[axis]!, pads[axes + axis]!] as const);
  return withSides(graph, name, bottom, sides, { pad_type, pad_value: value });
}

/** A value padded on both sides of each axis, by Synopsys's settings. */
function paddedAlong(
  graph: GraphBuilder,
  name: string,
  value: Value,
  { paddings, constant_values }: MessageOf<typeof PadParameter>,
  isOther: boolean,
): Value {
  const axes = value.shape.length;
  if (paddings.length !== 2 * axes || isOther) {
    throw new TypeError(
      `it has ${paddings.length} paddings for ${axes} axes, but needs two for each, and no pad_u, ` +
        "pad_d, pad_l or pad_r",
    );
  }
  const filling = { pad_type: "CONSTANT", pad_value: constant_values } as const;
  return withSides(graph, name, value, sidesFrom(paddings), filling);
}
