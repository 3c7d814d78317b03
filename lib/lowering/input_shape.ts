/**
 * Infers the shapes of inputs that their file does not specify.
 *
 * @module
 */
import type { Shape } from "../../runtime/tensor.ts";
import { message, uint32 } from "../../proto/message.ts";
import type { Net, NetInput, NetLayer } from "../caffe/net.ts";
import { sidedParam } from "../layers/bvlc/convolution_parameter.ts";
import { sliceParam } from "../layers/bvlc/slice.ts";
import { inputShapesHint } from "../option_hints.ts";

/** An input, with the shape in the file, in which unknown channels are `NaN`. */
export interface SourceShape {
  readonly name: string;
  readonly shape: Shape | undefined;
}

/**
 * The shape of an input that a data layer provides, inferred from the layers that read it; `undefined`
 * if it cannot be.
 *
 * A caffemodel saved after training has its data layer, but not the size of the images in the
 * database: the crop gives the extents, and the first weights give the channels.
 */
export function inferInput(
  net: Net,
  trained: Net,
  { name, shape }: SourceShape,
): Shape | undefined {
  if (shape !== undefined && !shape.some(Number.isNaN)) return shape;
  const channels = channelsOf(net, trained, name) ?? 3;
  if (shape !== undefined) {
    return shape.map((extent) => Number.isNaN(extent) ? channels : extent);
  }
  const images = imagesOf(net, name), crop = images?.transform?.crop;
  return crop && [1, channels, ...crop];
}

/** The error that names all of some inputs whose shapes cannot be inferred, and their option. */
export function unknownShapes(
  net: Net,
  trained: Net,
  sources: readonly SourceShape[],
): TypeError {
  const names = sources.filter((source) => inferInput(net, trained, source) === undefined)
    .map(({ name }) => name);
  const shapes = names.map((name): readonly [string, string] => {
    if (marksSequences(net, name)) return [name, "T, N"];
    const images = imagesOf(net, name), size = images && sizeIn(images);
    const extents = ["N", channelsOf(net, trained, name) ?? "C", ...size ?? ["H", "W"]];
    return [name, extents.join(", ")];
  });
  const what = names.length === 1
    ? `the shape of its input ${JSON.stringify(names[0])} is`
    : `the shapes of ${names.length} inputs are`;
  const them = names.length === 1 ? "it" : "them";
  const { inputs, inputDims: dims = [] } = net;
  const found = dims.length > 0 && inputs.some(({ name }) => names.includes(name))
    ? `, which has ${dims.length} input_dim (${dims.join(", ")}), but needs 4 for each input`
    : "";
  const hint = `set ${them} with ${inputShapesHint(shapes)}`;
  return new TypeError(`${what} not in the file${found}; ${hint}`);
}

/** Whether an input says for each step of a recurrent layer whether its sequence continues. */
function marksSequences({ layers }: Net, name: string): boolean {
  return layers.some(({ type, bottoms }) => recurrent.includes(type) && bottoms[1] === name);
}

/** The types of Caffe's recurrent layers, whose second bottom has two axes. */
const recurrent = ["LSTM", "RNN"];

/** The layer that provides an input, if that is its images. */
function imagesOf(net: Net, name: string): NetLayer | undefined {
  const source = net.layers.find(({ tops }) => tops.includes(name));
  return source?.tops[0] === name ? source : undefined;
}

/**
 * Blobs with a given shape that layers read, but neither an input nor a layer provides: caffemodels
 * may lack the layer that did. If one of another phase does, its other tops, such as labels, are
 * inputs too.
 */
export function lostInputs(net: Net, given: readonly string[]): readonly NetInput[] {
  const { inputs, layers, others = [] } = net;
  const isLost = (name: string) =>
    layers.some(({ bottoms }) => bottoms.includes(name)) &&
    !layers.some(({ tops }) => tops.includes(name)) && !inputs.some((input) => input.name === name);
  const lost = given.filter(isLost);
  const beside = others.map(({ layer: { bottoms, tops } }) => bottoms.length === 0 ? tops : [])
    .filter((tops) => tops.some((top) => lost.includes(top))).flat();
  return [...new Set([...lost, ...beside.filter(isLost)])]
    .map((name) => ({ name, shape: undefined }));
}

/** Settings that data layers of forks have in common; there are others, so it has no name in warnings. */
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

/**
 * The channels of an input, by the first weights that read it. The pictures of a pair are stacked, and
 * sliced before weights read them.
 */
function channelsOf(net: Net, trained: Net, name: string): number | undefined {
  const names = new Set([name]);
  for (const layer of net.layers) {
    if (!layer.bottoms.some((bottom) => names.has(bottom))) continue;
    const { blobs = [] } = trained.layers.find((other) => other.name === layer.name) ?? {};
    const shape = blobs[0]?.shape ?? [];
    if (layer.type === "Convolution" && shape.length >= 4) {
      return shape[1]! * layer.param(sidedParam).group;
    }
    if (layer.type === "Slice") return stackedChannels(net, trained, layer);
    if (layer.type === "BatchNorm" && shape.length === 1) return shape[0]!;
    if (!keeping.includes(layer.type)) continue;
    for (const top of layer.tops) names.add(top);
  }
  return undefined;
}

/** The channels of what a Slice splits: the last piece is taken to be as large as the one before it. */
function stackedChannels(net: Net, trained: Net, layer: NetLayer): number | undefined {
  const { axis, slice_dim, slice_point: points } = layer.param(sliceParam);
  if ((axis ?? slice_dim ?? 1) !== 1) return undefined;
  const [last] = points.slice(-1);
  if (last !== undefined) return 2 * last - (points.at(-2) ?? 0);
  const others = { ...net, layers: net.layers.filter(({ type }) => type !== "Slice") };
  const piece = channelsOf(others, trained, layer.tops[0]!);
  return piece && piece * layer.tops.length;
}
