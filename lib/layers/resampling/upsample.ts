/**
 * Upsample: enlarges an image. Three forks have layers of this name, which the bottoms tell apart.
 *
 * SegNet's has a second bottom, the mask from the second top of a Pooling, and writes each value at
 * the position of its maximum. YOLO's has one bottom, and repeats each pixel. Converters also use
 * SegNet's settings for it; those for Ascend use a stride, and a scale as a factor of the values;
 * onnx2caffe, which converts YOLO v5, uses height_scale and width_scale.
 * Tiny-DSOD's has no settings, and interpolates its second bottom to the extents of the first.
 *
 * @see https://github.com/alexgkendall/caffe-segnet/blob/segnet-cleaned/src/caffe/layers/upsample_layer.cpp
 * @see https://github.com/eric612/MobileNet-YOLO/blob/master/src/caffe/layers/upsample_layer.cpp
 * @see https://www.hiascend.com/document/detail/en/canncommercial/800/apiref/aolapi/operatorlist_00167.html
 * @see https://github.com/sophgo/caffe/blob/master/src/caffe/layers/upsample_layer.cpp
 * @see https://github.com/Wulingtian/yolov5_onnx2caffe/blob/master/onnx2caffe/_operators.py
 * @see https://github.com/lyxok1/Tiny-DSOD/blob/master/src/caffe/layers/upsample_layer.cpp
 * @module
 */
import {
  bool,
  enumeration,
  message,
  type MessageOf,
  onlyWith,
  uint32,
} from "../../../proto/message.ts";
import type { Value } from "../../../runtime/graph.ts";
import type { Pair } from "../../../runtime/ops/attribute.ts";
import { expectImage, sameShape, showShape, type Tensor } from "../../../runtime/tensor.ts";
import { refuseHuge } from "../filler.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer, type LayerInstance } from "../layer.ts";
import { resizedBy } from "./separable.ts";

/** The extents have no default: SegNet tests whether they are set. */
const UpsampleParameter = message("UpsampleParameter", {
  scale: uint32(1),
  scale_h: uint32(2),
  scale_w: uint32(3),
  pad_out_h: bool(4, false),
  pad_out_w: bool(5, false),
  upsample_h: uint32(6),
  upsample_w: uint32(7),
  /** Ascend's. */
  stride: uint32(0),
  stride_h: uint32(0),
  stride_w: uint32(0),
  /** Those of onnx2caffe. How it computes modes other than NEAREST is unknown. */
  height_scale: uint32(0),
  width_scale: uint32(0),
  mode: enumeration(0, { NEAREST: 0, BILINEAR: 1 }, "NEAREST"),
  /** Cambricon's setting for a layer of one bottom. */
  nearestneighbor_mode: bool(0, true),
  /** brocolli's: with 3, only the last axis is enlarged. */
  ...onlyWith({ dims_num: 4 }),
});

type UpsampleParameter = MessageOf<typeof UpsampleParameter>;

export const upsample = defineLayer({
  type: "Upsample",
  ops: ["dense", "permute", "power", "reshape", "unpool", "upsample"],
  // SegNet's field number; YOLO's scale has another one.
  param: { name: "upsample_param", number: 137, message: UpsampleParameter },
  bottoms: [1, 2],

  lower(instance) {
    const { graph, name, param, bottoms } = instance;
    if (param.mode !== "NEAREST") {
      throw new TypeError(`its mode is ${param.mode}, but only NEAREST is supported`);
    }
    if (bottoms.length === 1) return [repeated(instance)];
    if (stridesOf(param) !== undefined) {
      throw new TypeError("it has a stride and two bottoms, but a stride needs one bottom");
    }
    if (isLarger(instance)) return [interpolated(instance)];
    const less: Pair = [Number(param.pad_out_h), Number(param.pad_out_w)];
    return [
      apply(graph, "unpool", name, bottoms, { size: sizeOf(param), scale: scaleOf(param), less }),
    ];
  },
});

/** Whether there are no settings, and the first bottom is larger than the second, as in Tiny-DSOD. */
function isLarger({ param, shapes: [larger, smaller] }: LayerInstance<UpsampleParameter>): boolean {
  const { scale, scale_h, scale_w, height_scale, width_scale, upsample_h, upsample_w } = param;
  const times = scale ?? scale_h ?? scale_w ?? height_scale ?? width_scale;
  return (times ?? upsample_h ?? upsample_w) === undefined &&
    larger!.length === 4 && smaller!.length === 4 && !sameShape(larger!, smaller!) &&
    larger!.every((extent, i) => i < 2 ? extent === smaller![i] : extent >= smaller![i]!);
}

/** Tiny-DSOD's layer: the last pixels are aligned; before the first there are extrapolated ones. */
function interpolated({ graph, name, bottoms }: LayerInstance<UpsampleParameter>): Value {
  const [rows, columns] = [2, 3].map((axis): Tensor => {
    const [size, extent] = bottoms.map(({ shape }) => shape[axis]!) as [number, number];
    refuseHuge([size, extent]);
    const data = new Float32Array(size * extent), ratio = Math.fround(size / extent);
    for (let i = 0; i < size; i++) {
      const place = Math.fround(Math.fround((i + 1) / ratio) - 1), first = Math.trunc(place);
      data[i * extent + first] = 1 - (place - first);
      if (first + 1 < extent) data[i * extent + first + 1] = place - first;
    }
    return { shape: [size, extent], data };
  });
  const image = fixed(graph, name, bottoms[1]!, 2);
  const resized = resizedBy(graph, `${name}/resized`, image, rows!, columns!);
  // The first bottom gives only its extents.
  return bottoms[0]!.shape.reduce((value, _, axis) => {
    const node = axis === 3 ? name : `${name}/axis${axis}`, same = { shape: [0], axis, numAxes: 1 };
    return apply(graph, "reshape", node, [value, bottoms[0]!], same);
  }, resized);
}

/** The layer of one bottom, which repeats each pixel. */
function repeated({ graph, name, param, bottoms }: LayerInstance<UpsampleParameter>): Value {
  const [bottom] = bottoms;
  const [height, width] = sizeOf(param);
  const strides = stridesOf(param);
  if (strides !== undefined) {
    const larger = (name: string) => apply(graph, "upsample", name, bottoms, { scale: strides });
    if ((param.scale ?? 1) === 1) return larger(name);
    return apply(graph, "power", name, [larger(`${name}/larger`)], { scale: param.scale! });
  }
  const isScaled = [param.scale, ...scalesOf(param)].some((times) => times !== undefined);
  if (param.pad_out_h || param.pad_out_w || !param.nearestneighbor_mode) {
    throw new TypeError(
      "it has pad_out_h, pad_out_w or nearestneighbor_mode: false, which need a second bottom, the mask of a Pooling",
    );
  }
  if (height === 0 && !isScaled) {
    throw new TypeError(
      "it has one bottom, so it needs a scale, or upsample_h and upsample_w, as YOLO's layer of " +
        "this name; SegNet's has the mask of a Pooling as its second bottom",
    );
  }
  expectImage(bottom!.shape);
  const extents = bottom!.shape.slice(2);
  const scale = isScaled ? scaleOf(param) : [height / extents[0]!, width / extents[1]!] as const;
  const size = extents.map((extent, i) => extent * scale[i]!);
  const isOther = height !== 0 && (size[0] !== height || size[1] !== width);
  if (isOther || scale.some((times) => times < 1 || !Number.isInteger(times))) {
    throw new TypeError(
      `its bottom is ${showShape(bottom!.shape)}, and its top would be ` +
        `${showShape(isOther ? [height, width] : size)}, but each pixel is repeated` +
        (isScaled ? ` ${scale[0]} × ${scale[1]} times` : ", so that it must be a multiple"),
    );
  }
  const image = isScaled ? bottom! : fixed(graph, name, bottom!, 2);
  return apply(graph, "upsample", name, [image], { scale });
}

/** The repetitions of each pixel by Ascend's settings, if there are any; along an axis without one, 2. */
function stridesOf({ stride, stride_h, stride_w }: UpsampleParameter): Pair | undefined {
  if ((stride ?? stride_h ?? stride_w) === undefined) return undefined;
  const strides: Pair = [stride ?? stride_h ?? 2, stride ?? stride_w ?? 2];
  if (strides.includes(0)) {
    throw new TypeError(`its stride is ${showShape(strides)}, but must be at least 1`);
  }
  return strides;
}

/** The height and width of the top; zeros if they follow from the scale. */
function sizeOf({ upsample_h, upsample_w }: UpsampleParameter): Pair {
  if (upsample_h === undefined && upsample_w === undefined) return [0, 0];
  if (!upsample_h || !upsample_w) {
    throw new TypeError("it needs both upsample_h and upsample_w, above 0, or none of them");
  }
  return [upsample_h, upsample_w];
}

/** The factors of the height and width, by default 2. */
function scaleOf(param: UpsampleParameter): Pair {
  const { scale } = param, [scale_h, scale_w] = scalesOf(param);
  if (scale_h === undefined && scale_w === undefined) {
    if (scale === 0) throw new TypeError("its scale is 0, but must be at least 1");
    return [scale ?? 2, scale ?? 2];
  }
  if (!scale_h || !scale_w) throw new TypeError("it needs both scale_h and scale_w, above 0");
  return [scale_h, scale_w];
}

/** The factors along each axis, by either of their names. */
function scalesOf({ scale_h, scale_w, height_scale, width_scale }: UpsampleParameter) {
  return [scale_h ?? height_scale, scale_w ?? width_scale] as const;
}
