/**
 * Tells the user which fields of a prototxt had no effect, because nobody knows them.
 *
 * A message remembers by which descriptions it was read. So this is to be called last, when all
 * layers have been converted, or one could not be, often for just such a field: what is unread then
 * has been read by none of them. Settings of training, and those that other types of layers have in
 * Caffe, are left out on purpose without a word. In a binary file only numbers are known, which mean
 * different things in each fork of Caffe, so that nothing can be told from it.
 *
 * ```ts ignore
 * const net = selectLayers(readNet(bytes, { file: "deploy.prototxt" }), state);
 * const graph = tellingUnknownFields(net, layerParams, console.warn, () => lower(net));
 * ```
 *
 * @module
 */
import { suggest, type UnreadField } from "../../proto/mod.ts";
import { LAYER_PARAMS } from "./layer_params.ts";
import type { Net, NetLayer } from "./net.ts";

/**
 * Fields of Caffe and its forks that say how to train, on which engine, where the images are, or how
 * programs draw boxes, but not what to compute.
 */
const IRRELEVANT: ReadonlySet<string> = new Set([
  "anchors",
  "backend",
  "backward_math",
  "backward_type",
  "batch_size",
  "bg_threshold",
  "bias_filler",
  "blobs_lr",
  "cache_images",
  "context_pad",
  "crop_mode",
  "cudnn_convolution_algo_seeker",
  "cudnn_math_override",
  "debug_info",
  "default_backward_math",
  "default_backward_type",
  "default_cudnn_math_override",
  "default_forward_math",
  "default_forward_type",
  "diff",
  "double_diff",
  "engine",
  "fg_fraction",
  "fg_threshold",
  "filler",
  "force_backward",
  "forward_math",
  "forward_type",
  "is_color",
  "loss_weight",
  "max_multiplier",
  "mirror",
  "moving_average_fraction",
  "param",
  "prefetch",
  "propagate_down",
  "quantization_param",
  "rand_skip",
  "raw_diff",
  "raw_diff_type",
  "root_folder",
  "shuffle",
  "source",
  "strict_dim",
  "thresh",
  "weight_decay",
  "weight_filler",
]);

/**
 * Reads the settings of a network's layers, and tells of unknown fields, also before it fails.
 *
 * @param known The fields of layers that hold settings of some type.
 */
export function tellingUnknownFields<Result>(
  net: Net,
  known: ReadonlySet<string>,
  warn: (message: string) => void,
  read: () => Result,
): Result {
  try {
    return read();
  } finally {
    for (const message of unknownFields(net, { known })) warn(message);
  }
}

/** How unknown fields are told of. */
interface UnknownFieldsOptions {
  /** What becomes of such a field. */
  readonly consequence?: string;
  /** Fields of layers that hold settings, which nobody reads where a layer before has failed. */
  readonly known?: ReadonlySet<string>;
}

const noNames: ReadonlySet<string> = new Set();

/**
 * What to tell about fields that nobody has read: one message a field, in the order of the file.
 *
 * `deploy.prototxt:13:16: ReLUParameter has no field "slope" (did you mean "negative_slope"?); it
 * is ignored`
 */
export function unknownFields(
  net: { readonly unread?: Net["unread"]; readonly layers: readonly Pick<NetLayer, "unread">[] },
  { consequence = "it is ignored", known = noNames }: UnknownFieldsOptions = {},
): readonly string[] {
  const unread = [
    ...(net.unread?.() ?? []),
    ...net.layers.flatMap((layer) => layer.unread?.() ?? []),
  ];
  const surprising = unread.filter((field) => isSurprising(field) && !known.has(field.name));
  const messages = surprising.slice(0, MOST_MESSAGES).map(({ name, where, readAs }) => {
    const near = suggest(name, knownFields(readAs));
    return `${where}: ${readAs[0]!.name} has no field "${name}"${near}; ${consequence}`;
  });
  const others = surprising.length - messages.length;
  return others > 0 ? [...messages, `${others} more unknown fields are ignored`] : messages;
}

/** More than this, nobody reads. */
const MOST_MESSAGES = 100;

function isSurprising({ name, readAs }: UnreadField): boolean {
  return readAs.length > 0 && !/^\d+$/.test(name) && !name.startsWith("[") &&
    !IRRELEVANT.has(name) && !LAYER_PARAMS.has(name);
}

/** The names of the fields that a message could have had. */
function knownFields(readAs: UnreadField["readAs"]): Iterable<string> {
  const own = readAs.flatMap(({ fields }) => Object.keys(fields));
  const isLayer = readAs.some(({ name }) => name.endsWith("LayerParameter"));
  return isLayer ? [...own, ...LAYER_PARAMS.keys()] : own;
}
