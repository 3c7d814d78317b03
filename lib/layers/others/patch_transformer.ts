/**
 * Augment and PatchTransformer, of networks for aerial images: the middle of an image, and of its
 * labels, standardised. Labels, the second bottom, are left out.
 *
 * A patch is made binary, loses its own mean, is divided by its own standard deviation, loses constants
 * and is divided by others, in this order. The deviation of a patch of one colour is taken for 1e-9,
 * instead of 0.
 *
 * It is lowered for the extents that its bottom has at the conversion.
 *
 * @see https://github.com/mitmul/caffe/blob/master/src/caffe/layers/patch_transformer.cpp
 * @module
 */
import { bool, float, message, type MessageOf, repeated, uint32 } from "../../../proto/message.ts";
import type { Value } from "../../../runtime/graph.ts";
import { expectImage, type Shape4, showShape } from "../../../runtime/tensor.ts";
import { fixed } from "../fixed.ts";
import { defineLayer, type Layer, type LayerInstance } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";

const PatchTransformerParameter = message("PatchTransformerParameter", {
  /** The extent of the patches of each bottom. */
  crop_size: repeated(uint32(0)),
  /** Whether the elements of each bottom become 1 above 0.5, and 0 elsewhere. */
  binarize: repeated(bool(0)),
  rotate: bool(0, false),
  flip: bool(0, false),
  mean_normalize: bool(0, false),
  stddev_normalize: bool(0, false),
  subtract: repeated(float(0)),
  divide: repeated(float(0)),
});

export const patchTransformers: readonly Layer[] = [
  ["Augment", "augment_param"] as const,
  ["PatchTransformer", "patch_transformer_param"] as const,
].map(([type, name]) =>
  defineLayer({
    type,
    ops: ["affine", "reshape", "slice", "standardize", "threshold"],
    param: { name, message: PatchTransformerParameter },
    bottoms: [1, 2],
    tops: "bottoms",
    uses: 1,
    gives: () => 1,

    lower: (instance) => [patch(instance)],
  })
);

function patch(
  { graph, name, param, bottoms: [image] }: LayerInstance<
    MessageOf<typeof PatchTransformerParameter>
  >,
): Value {
  const { shape } = image!, { crop_size: [size = 0], subtract, divide } = param;
  expectImage(shape);
  const [, channels, ...extents] = shape as Shape4;
  if (param.rotate || param.flip) {
    throw new TypeError(
      "it has rotate or flip, which are random and for training; remove them from the prototxt",
    );
  }
  if (size === 0 || extents.some((extent) => size > extent)) {
    throw new TypeError(
      `its crop_size ${size} must be above 0, and no larger than its bottom ${showShape(shape)}`,
    );
  }
  if ([subtract, divide].some((numbers) => ![0, channels].includes(numbers.length))) {
    throw new TypeError(
      `it has ${subtract.length} subtract and ${divide.length} divide, but its bottom ` +
        `${showShape(shape)} needs one for each channel, or none`,
    );
  }
  if (param.stddev_normalize && !param.mean_normalize) {
    throw new TypeError("it has stddev_normalize without mean_normalize, which is unsupported");
  }
  const nodes = new LayerNodes(graph, name);
  let value = extents.reduce((value, extent, i) => {
    const start = Math.floor(extent / 2) - Math.floor(size / 2);
    return nodes.slice(`axis${2 + i}`, value, 2 + i, start, start + size);
  }, fixed(graph, name, image!, 2));
  if (param.binarize[0]) value = nodes.add("threshold", "binary", [value], { threshold: 0.5 });
  if (param.mean_normalize) {
    value = nodes.add("standardize", "standard", [value], { divide: param.stddev_normalize });
  }
  const scales = Array.from({ length: channels }, (_, c) => 1 / (divide[c] ?? 1));
  const offsets = scales.map((scale, c) => -(subtract[c] ?? 0) * scale);
  const terms = [nodes.numbers("scales", scales), nodes.numbers("offsets", offsets)];
  return nodes.add("affine", "patch", [value, ...terms], {});
}
