/**
 * Finds out the shape of an input that its file leaves open.
 *
 * @module
 */
import type { Shape } from "../runtime/tensor.ts";
import type { Net } from "./caffe/net.ts";
import { sidedParam } from "./layers/convolution_parameter.ts";
import { inputShapeHint } from "./option_hints.ts";

/**
 * The shape of an input that a data layer brings in, as far as the layers that read it tell.
 *
 * A caffemodel saved after training has its data layer, but not the size of the images in the
 * database; only the crop is there, and the channels are those that the first weights take.
 *
 * @param shape What the file says; its channels are `NaN` where it does not say those.
 * @throws {TypeError} if that is not enough; the message says what to do.
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
  if (crop !== undefined && source?.tops[0] === name) return [1, channels ?? 3, ...crop];
  throw new TypeError(
    `the shape of its input "${name}" is not in the file; ` +
      `say it with ${inputShapeHint(name, `N, ${channels ?? "C"}, H, W`)}`,
  );
}

/** Layers that leave the channels of what they read as they are. */
const keeping = ["Split", "Scale", "Bias", "Power", "MVN", "LRN", "Dropout", "Pooling"];

/** How many channels an input has, by the first weights that it meets. */
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
