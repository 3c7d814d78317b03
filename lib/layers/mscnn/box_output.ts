/**
 * BoxOutput: MS-CNN's proposals, from maps of several scales. Each cell of a map has one box, whose
 * score is the best class's minus the background's. Its offsets and log-scales are decoded, and the
 * box is clipped to the image.
 *
 * Boxes are decoded by ordinary ops, and selected by `detectionOutput`. If none is found, there is a
 * box from 1 to 10, as in Caffe; in a batch, one for each image.
 *
 * @see https://github.com/zhaoweicai/mscnn/blob/master/src/caffe/layers/box_output_layer.cpp
 * @module
 */
import {
  float,
  message,
  type MessageOf,
  onlyWith,
  repeated,
  string,
  uint32,
} from "../../../proto/message.ts";
import type { Value } from "../../../runtime/graph.ts";
import { expectImage, type Shape } from "../../../runtime/tensor.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer, type LayerInstance, topName } from "../layer.ts";
import { denormalized } from "./bbox_reg_parameter.ts";

const BoxOutputParameter = message("BoxOutputParameter", {
  fg_thr: float(1, 0),
  iou_thr: float(2, 0.5),
  nms_type: string(3, "IOU"),
  field_h: repeated(float(4)),
  field_w: repeated(float(5)),
  downsample_rate: repeated(float(6)),
  field_whr: float(7, 2),
  field_xyr: float(8, 2),
  max_nms_num: uint32(9, 0),
  max_post_nms_num: uint32(10, 0),
  min_size: float(11, 15),
  ...onlyWith({ ringpad: false }),
});

type Instance = LayerInstance<MessageOf<typeof BoxOutputParameter>>;

export const boxOutput = defineLayer({
  type: "BoxOutput",
  ops: [
    ...["affine", "argMax", "clip", "concat", "dense", "detectionOutput", "eltwise"] as const,
    ...["exp", "power", "relu", "reshape", "reverse", "slice", "threshold"] as const,
    "permute",
  ],
  // Its field number differs between forks, so it is read from text only.
  param: { name: "box_output_param", number: 0, message: BoxOutputParameter },
  bottoms: [1, Infinity],
  tops: [1, 2],

  lower(instance) {
    const { graph, name, layer, param, bottoms } = instance;
    const { nms_type, field_h, field_w, downsample_rate: rates } = param;
    if (nms_type !== "IOU") {
      throw new TypeError(
        `its nms_type is ${nms_type}, but only IOU is supported; a custom layer can be given ` +
          "with --layers",
      );
    }
    if ([field_h, field_w, rates].some(({ length }) => length !== bottoms.length)) {
      throw new TypeError(
        `it has ${field_h.length} field_h, ${field_w.length} field_w and ${rates.length} ` +
          `downsample_rate, but needs one of each for each of its ${bottoms.length} bottoms`,
      );
    }
    const maps = bottoms.map((bottom, i) => decoded(instance, bottom, i));
    const joined = (role: "scores" | "boxes", shape: Shape) => {
      const node = `${name}/${role}`;
      const parts = maps.map((map) => map[role]);
      const all = parts.length === 1 ? parts[0]! : apply(graph, "concat", node, parts, {});
      const rows = apply(graph, "reshape", `${node}/rows`, [all], { shape });
      // Of boxes with equal scores, Caffe prefers the last one.
      return apply(graph, "reverse", `${node}/reversed`, [rows], { axis: 1 });
    };
    const scores = joined("scores", [0, -1]), boxes = joined("boxes", [0, -1, 4]);
    const first = apply(graph, "slice", `${name}/first`, [boxes], { axis: 0, end: 1 });
    const zeros = apply(graph, "power", `${name}/zeros`, [
      apply(graph, "reshape", `${name}/line`, [first], { shape: [1, 1, -1] }),
    ], { scale: 0 });
    const priors = apply(graph, "concat", `${name}/priors`, [zeros, zeros], {});
    const least = Math.max(Math.fround(param.fg_thr), -tooSmall / 2);
    const found = apply(graph, "detectionOutput", `${name}/found`, [boxes, scores, priors], {
      classes: 1,
      background: -1,
      varianceEncoded: true,
      // Slightly less, since a score equal to the threshold counts.
      confidence: least - Math.max(Math.abs(least) * 2 ** -40, Number.MIN_VALUE),
      overlap: param.iou_thr,
      top: param.max_nms_num || -1,
      keep: param.max_post_nms_num || -1,
    });
    const rows = apply(graph, "reshape", `${name}/found/rows`, [found], { shape: [-1, 7] });
    // Without detections, all columns except the image index are −1; otherwise the second is 0.
    const top = (index: number, order: readonly number[], without: readonly number[]) => {
      const data = new Float32Array(order.length * 7);
      order.forEach((from, i) => {
        data[i * 7 + from] = 1;
        data[i * 7 + 1] = -without[i]!;
      });
      const node = topName(instance, index);
      const weights = graph.constant(`${node}/order`, { shape: [order.length, 7], data });
      const settings = { output: order.length, bias: false };
      const ordered = apply(graph, "dense", `${node}/rows`, [rows, weights], settings);
      return apply(graph, "reshape", node, [ordered], { shape: [0, order.length, 1, 1] });
    };
    const tops = [top(0, [0, 3, 4, 5, 6], [0, 2, 2, 11, 11])];
    if (layer.tops.length > 1) tops.push(top(1, [0, 3, 4, 5, 6, 2], [0, 1, 1, 1, 1, 1]));
    return tops;
  },
});

/** The penalty on the score of a box that is too small. */
const tooSmall = 3e38;

/** The decoded scores `[N, cells]` and boxes `[N, cells · 4]` of a map. */
function decoded(instance: Instance, bottom: Value, i: number): { scores: Value; boxes: Value } {
  const { graph, layer, param } = instance;
  const name = `${instance.name}/map ${i}`;
  expectImage(bottom.shape);
  const [, channels, height, width] = bottom.shape as [number, number, number, number];
  const classes = channels - 4, rate = param.downsample_rate[i]!;
  if (classes < 2) {
    throw new TypeError(`its bottom has ${channels} channels, but 2 classes and a box need 6`);
  }
  const map = fixed(graph, name, bottom, 2);
  const slice = (role: string, value: Value, start: number, end: number) =>
    apply(graph, "slice", `${name}/${role}`, [value], { start, end });
  const sum = (role: string, values: readonly Value[], ...coefficients: number[]) =>
    apply(graph, "eltwise", `${name}/${role}`, values, { coefficients });
  const larger = (role: string, ...values: Value[]) =>
    apply(graph, "eltwise", `${name}/${role}`, values, { operation: "max" });
  const affine = (role: string, value: Value, terms: "scale" | "offset", shape: Shape, at: Data) =>
    apply(graph, "affine", `${name}/${role}`, [
      value,
      graph.constant(`${name}/${role}/${terms}`, { shape, data: Float32Array.from(at) }),
    ], { terms });
  const clip = (role: string, value: Value, most: number) =>
    apply(graph, "clip", `${name}/${role}`, [value], { min: -most, max: most });

  const others = slice("objects", map, 1, classes);
  const best = classes === 2
    ? others
    : apply(graph, "argMax", `${name}/best`, [others], { result: "value" });
  const score = sum("score", [best, slice("background", map, 0, 1)], 1, -1);

  const moves = denormalized(graph, name, layer, slice("moves", map, classes, channels));
  const field = [param.field_w[i]!, param.field_h[i]!];
  const shift = clip("shift", slice("shifts", moves, 0, 2), 1 / param.field_xyr);
  const stretch = clip("stretch", slice("stretches", moves, 2, 4), Math.log(param.field_whr));
  const cells = Array.from({ length: 2 * height * width }, (_, at) => {
    const cell = at % (height * width);
    return ((at === cell ? cell % width : Math.floor(cell / width)) + 0.5) * rate;
  });
  const away = affine("away", shift, "scale", [2], field);
  const center = affine("center", away, "offset", [2, height, width], cells);
  // Width and height are negated, so that the smaller of two is their maximum.
  const whole = affine(
    "size",
    apply(graph, "exp", `${name}/factor`, [stretch], {}),
    "scale",
    [2],
    field.map((extent) => -extent),
  );
  const low = apply(graph, "relu", `${name}/low`, [sum("start", [center, whole], 1, 0.5)], {});
  const room = affine("room", low, "offset", [2], [
    -Math.trunc(width * rate),
    -Math.trunc(height * rate),
  ]);
  const size = larger("size cut", whole, room);
  const high = sum("high", [low, size], 1, -1);
  const shorter = larger("shorter", slice("width", size, 0, 1), slice("height", size, 1, 2));
  const isSmall = apply(graph, "threshold", `${name}/small`, [shorter], {
    threshold: -param.min_size,
  });
  const corners = apply(graph, "concat", `${name}/corners`, [low, high], {});
  const last = apply(graph, "permute", `${name}/by cell`, [corners], { order: [0, 2, 3, 1] });
  const flat = (role: string, value: Value) =>
    apply(graph, "reshape", `${name}/${role}`, [value], { shape: [0, -1] });
  return {
    scores: flat("scores", sum("large", [score, isSmall], 1, -tooSmall)),
    boxes: flat("boxes", last),
  };
}

type Data = readonly number[];
