/**
 * DataAugmentation: outside training it subtracts a mean, per pixel or per channel, which was
 * measured in training or is given in the file.
 *
 * A given crop is centered and interpolated first: halfway between two pixels if the margin is odd.
 * Sample positions are clamped to 1.05 pixels before the border, so that even without a margin the
 * last pixel is interpolated with the one before it. Random augmentation applies to crops only.
 *
 * @see https://github.com/lmb-freiburg/flownet2/blob/master/src/caffe/layers/data_augmentation_layer.cpp
 * @module
 */
import { bool, floats, message, open, uint32 } from "../../../proto/message.ts";
import type { Value } from "../../../runtime/graph.ts";
import { expectImage, type Shape4, showShape } from "../../../runtime/tensor.ts";
import { constant } from "../filler.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";

/** The settings of random augmentation, in training or with `augment_during_test`. */
const random = Object.fromEntries(
  ("mirror rotate zoom squeeze translate translate_x translate_y brightness gamma contrast color " +
    "lmult_pow lmult_mult lmult_add sat_pow sat_mult sat_add col_pow col_mult col_add col_rotate " +
    "ladd_pow ladd_mult ladd_add fog_size fog_amount motion_blur_angle motion_blur_size " +
    "shadow_angle shadow_distance shadow_strength noise")
    .split(" ").map((name) => [name, open(0)]),
);

export const dataAugmentation = defineLayer({
  type: "DataAugmentation",
  ops: ["affine", "concat", "eltwise", "reshape", "slice"],
  param: {
    name: "augmentation_param",
    message: message("AugmentationParameter", {
      crop_width: uint32(0),
      crop_height: uint32(0),
      augment_during_test: bool(0, false),
      recompute_mean: uint32(0, 0),
      mean_per_pixel: bool(0, true),
      mean: floats(0),
      ...random,
    }),
  },

  blobs({ param: { recompute_mean, mean_per_pixel, ...param }, shapes: [bottom] }) {
    expectImage(bottom!);
    const [, channels] = bottom!;
    const [height, width] = cropOf(param) ?? bottom!.slice(2);
    const iterations = { name: "iterations", shape: [1, 1, 1, 1], filler: constant(0) };
    if (recompute_mean === 0) return [iterations];
    const because = `a top [${height}, ${width}]`;
    const filler = constant(0);
    return [
      iterations,
      {
        name: "pixel_mean",
        shape: [1, channels!, height!, width!],
        filler,
        because,
        ignored: !mean_per_pixel,
      },
      {
        name: "channel_mean",
        shape: [1, channels!, 1, 1],
        filler,
        because,
        ignored: mean_per_pixel,
      },
    ];
  },

  lower({ graph, name, param, bottoms: [bottom], blobs: [, perPixel, perChannel] }) {
    const crop = cropOf(param);
    const changed = Object.entries(param).flatMap(([name, value]) =>
      name in random && value !== undefined ? [name] : []
    );
    if (param.augment_during_test && crop && changed.length > 0) {
      throw new TypeError(
        `its augment_during_test is true, and it has ${changed.join(", ")}, which is random; ` +
          "remove augment_during_test from the prototxt",
      );
    }
    const [, , height, width] = bottom!.shape as Shape4;
    if (crop !== undefined && (crop[0] > height || crop[1] > width)) {
      throw new TypeError(
        `it crops ${crop[0]} × ${crop[1]} from its bottom ${showShape(bottom!.shape)}: the input ` +
          "must be at least as large",
      );
    }
    const image = crop ? fixed(graph, name, bottom!, 2) : bottom!;
    const nodes = new LayerNodes(graph, name);
    const rows = crop ? center(nodes, "rows", image, 2, crop[0]) : bottom!;
    const cropped = crop ? center(nodes, "columns", rows, 3, crop[1]) : bottom!;
    const learned = param.mean_per_pixel ? perPixel : perChannel;
    const given = param.mean_per_pixel || param.mean.length !== 3 ? [] : param.mean;
    const data = learned ? graph.dataOf(learned)! : Float32Array.from(given);
    const [, channels, ...extents] = cropped.shape;
    if (data.length === 0) return [cropped];
    if (!learned && data.length !== channels) {
      throw new TypeError(
        `its mean has ${data.length} numbers, but its bottom ${showShape(bottom!.shape)} has ` +
          `${channels} channels`,
      );
    }
    const shape = param.mean_per_pixel ? [channels!, ...extents] : [channels!];
    const offset = nodes.numbers("offset", data.map((value) => -value), shape);
    return [apply(graph, "affine", name, [cropped, offset], { axis: 1, terms: "offset" })];
  },
});

/** The height and width of the crop, if there is one. */
function cropOf(
  { crop_height, crop_width }: { crop_height: number | undefined; crop_width: number | undefined },
): readonly [height: number, width: number] | undefined {
  return crop_height && crop_width ? [crop_height, crop_width] : undefined;
}

/** The center of an axis. */
function center(nodes: LayerNodes, role: string, value: Value, axis: number, extent: number) {
  const margin = value.shape[axis]! - extent, start = Math.floor(margin / 2);
  const part = (place: string, start: number, end: number) =>
    nodes.slice(`${role}/${place}`, value, axis, start, end);
  const interpolated = (a: Value, b: Value, weight: number) =>
    nodes.add("eltwise", `${role}/mixed`, [a, b], { coefficients: [1 - weight, weight] });
  if (margin % 2 === 1) {
    const after = part("after", start + 1, start + 1 + extent);
    return interpolated(part("before", start, start + extent), after, 0.5);
  }
  if (margin > 0 || extent < 2) return part("middle", start, start + extent);
  const last = interpolated(
    part("before", extent - 2, extent - 1),
    part("last", extent - 1, extent),
    0.95,
  );
  return nodes.add("concat", role, [part("all", 0, extent - 1), last], { axis });
}
