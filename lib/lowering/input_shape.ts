/**
 * Infers the shape of an input that its file does not specify.
 *
 * @module
 */
import type { Shape } from "../../runtime/tensor.ts";
import { message, uint32 } from "../../proto/message.ts";
import type { Net, NetLayer } from "../caffe/net.ts";
import { sidedParam } from "../layers/bvlc/convolution_parameter.ts";
import { inputShapeHint } from "../option_hints.ts";

/**
 * The shape of an input that a data layer provides, inferred from the layers that read it.
 *
 * A caffemodel saved after training has its data layer, but not the size of the images in the
 * database: the crop gives the extents, and the first weights give the channels.
 *
 * @param shape The file's shape, with `NaN` for unknown channels.
 * @throws {TypeError} if it cannot be inferred; the message names the option that sets it.
 */
export function inferInput(
  net: Net,
  trained: Net,
  name: string,
  shape: Shape | undefined,
): Shape {
  if (shape !== undefined && !shape.some(Number.isNaN)) return shape;
  const channels = channelsOf(net, trained, name);
  if (shape !== undefined) {
    return shape.map((extent) => Number.isNaN(extent) ? channels ?? 3 : extent);
  }
  const source = net.layers.find(({ tops }) => tops.includes(name));
  const crop = source?.transform?.crop;
  const images = source?.tops[0] === name ? source : undefined;
  if (crop !== undefined && images !== undefined) return [1, channels ?? 3, ...crop];
  const extents = ["N", channels ?? "C", ...images && sizeIn(images) || ["H", "W"]];
  throw new TypeError(
    `the shape of its input "${name}" is not in the file; ` +
      `set it with ${inputShapeHint(name, extents.join(", "))}`,
  );
}

/** Settings that data layers of forks have in common. It has no name, since they have others. */
const SizeParameter = message("", {
  crop_size: uint32(0, 0),
  new_height: uint32(0, 0),
  new_width: uint32(0, 0),
});

/** The height and width that the settings of a data layer suggest, though its type is not known. */
function sizeIn(layer: NetLayer): readonly number[] | undefined {
  const { resize } = layer.transform ?? {};
  // With FIT_SMALL_SIZE, extents depend on the image.
  if (resize !== undefined) return resize.mode === "FIT_SMALL_SIZE" ? undefined : resize.size;
  const settings = (layer.unread?.() ?? []).filter(({ name }) => name.endsWith("data_param"));
  return settings.map(({ name }) => {
    const { crop_size, new_height, new_width } = layer.param({ name, message: SizeParameter });
    return crop_size > 0 ? [crop_size, crop_size] : [new_height, new_width];
  }).find((size) => !size.includes(0));
}

/** Layer types that keep the number of channels. */
const keeping = ["Split", "Scale", "Bias", "Power", "MVN", "LRN", "Dropout", "Pooling"];

/** The channels of an input, by the first weights that read it. */
function channelsOf(net: Net, trained: Net, name: string): number | undefined {
  const names = new Set([name]);
  for (const layer of net.layers) {
    if (!layer.bottoms.some((bottom) => names.has(bottom))) continue;
    const { blobs = [] } = trained.layers.find((other) => other.name === layer.name) ?? {};
    const shape = blobs[0]?.shape ?? [];
    if (layer.type === "Convolution" && shape.length === 4) {
      return shape[1]! * layer.param(sidedParam).group;
    }
    if (layer.type === "BatchNorm" && shape.length === 1) return shape[0]!;
    if (keeping.includes(layer.type)) { for (const top of layer.tops) names.add(top); }
  }
  return undefined;
}
