/**
 * Warns of fields of a prototxt that have no effect because they are unknown.
 *
 * A message records which of its fields were read. After the conversion of all layers, or after the
 * failure of one, an unread field is unknown to all of them (and may have caused the failure).
 * Settings of training and of other layer types are omitted on purpose, as are those of layers that
 * are not computed: data layers, losses, and unsupported ones, which are reported themselves. Binary
 * files have only field numbers, whose meaning differs between forks, so there are no warnings about
 * them.
 *
 * ```ts ignore
 * const net = selectLayers(readNet(bytes, { file: "deploy.prototxt" }), state);
 * const graph = warningOfUnknownFields(net, layerFields(), console.warn, () => lower(net));
 * ```
 *
 * @module
 */
import { suggest, type UnreadField } from "../../proto/mod.ts";
import { paramNumbers } from "./param_numbers.ts";
import type { Net, NetLayer } from "./net.ts";

/**
 * Fields that do not affect inference: training, augmentation, engines, memory, data sources, drawing;
 * and how pictures are resized, which always is bilinear here.
 */
const irrelevant: ReadonlySet<string> = new Set([
  "anchors",
  "backend",
  "backward_math",
  "backward_type",
  "batch_size",
  "bg_threshold",
  "bias_filler",
  "blobs_lr",
  "bp_norm",
  "breadth_decay_mult",
  "cache",
  "cache_images",
  "connectivity_mode",
  "context_pad",
  "conv_mode",
  "crop_mode",
  "cudnn_convolution_algo_seeker",
  "cudnn_math_override",
  "debug_info",
  "default_backward_math",
  "default_backward_type",
  "default_cudnn_math_override",
  "default_forward_math",
  "default_forward_type",
  "deletebottom",
  "deletetop",
  "diff",
  "distort_param",
  "double_diff",
  "emit_constraint",
  "engine",
  "expand_param",
  "fg_fraction",
  "fg_threshold",
  "filler",
  "fix_crop",
  "force_backward",
  "forward_math",
  "forward_type",
  "gap_size",
  "gemm_mode",
  "global_grad_scale",
  "hash_file",
  "interp_mode",
  "is_color",
  "is_flow",
  "jitter_size",
  "kernel_shape_decay_mult",
  "loss_weight",
  "max_distort",
  "max_multiplier",
  "max_rms",
  "mem_param",
  "mirror",
  "more_fix_crop",
  "moving_average_fraction",
  "multi_scale",
  "noise_param",
  "pair_size",
  "param",
  "parser_threads",
  "prefetch",
  "prob",
  "propagate_down",
  "pullsfrom",
  "quantization_param",
  "rand_jump",
  "rand_skip",
  "raw_diff",
  "raw_diff_type",
  "root_folder",
  "scale_factors",
  "scale_ratios",
  "shared_file_system",
  "shuffle",
  "source",
  "spmdm_transpose_in",
  "spmdm_transpose_out",
  "strict_dim",
  "symmetric_fraction",
  "threads",
  "thresh",
  "visualise",
  "weight_decay",
  "weight_filler",
]);

/**
 * Runs an action that reads a network's layers, then warns of unknown fields, even if it fails.
 */
export function warningOfUnknownFields<Result>(
  net: Net,
  options: UnknownFieldsOptions,
  warn: (message: string) => void,
  read: () => Result,
): Result {
  try {
    return read();
  } finally {
    for (const message of unknownFields(net, options)) warn(message);
  }
}

/** Options of the warnings. */
interface UnknownFieldsOptions {
  /** The consequence for such a field, in the message. */
  readonly consequence?: string;
  /** Known fields of layers, which stay unread if an earlier layer has failed. */
  readonly known?: ReadonlySet<string>;
  /** Whether a layer is computed, so that its settings have an effect; all are by default. */
  readonly isComputed?: (layer: NetLayer) => boolean;
}

/**
 * Messages about unread fields, in the order of the file:
 *
 * `deploy.prototxt:13:16: ReLUParameter has no field "slope" (did you mean "negative_slope"?); it
 * is ignored`
 */
export function unknownFields(
  net: Pick<Net, "unread" | "layers">,
  { consequence = "it is ignored", known = new Set(), isComputed = () => true }:
    UnknownFieldsOptions = {},
): readonly string[] {
  const unread = [
    ...(net.unread?.() ?? []),
    ...net.layers.flatMap((layer) => {
      const fields = layer.unread?.() ?? [];
      return isComputed(layer) ? fields : fields.filter((field) => !isUnused(layer, field));
    }),
  ];
  const surprising = unread.filter((field) => isSurprising(field) && !known.has(field.name));
  const messages = surprising.slice(0, mostMessages).map(({ name, where, readAs }) => {
    const near = suggest(name, knownFields(readAs));
    return `${where}: ${readAs[0]!.name} has no field "${name}"${near}; ${consequence}`;
  });
  const others = surprising.length - messages.length;
  return others > 0 ? [...messages, `${others} more unknown fields are ignored`] : messages;
}

/** The most messages. */
const mostMessages = 100;

/** Whether a field ought to be known. Nothing is known about messages without a name. */
function isSurprising({ name, readAs }: UnreadField): boolean {
  return readAs.some((type) => type.name !== "") && !/^\d+$/.test(name) && !name.startsWith("[") &&
    !irrelevant.has(name) && !paramNumbers.has(name);
}

/**
 * Whether a field of a layer that is not computed has no effect: the settings of a loss, of a layer
 * without tops, and of a data layer, unless they are a misspelled `transform_param` or the like; and
 * those in the `transform_param` of a layer that prepares what data layers give.
 */
function isUnused({ bottoms, tops }: NetLayer, { name, readAs }: UnreadField): boolean {
  const isTransform = readAs.some((type) => type.name === "TransformationParameter");
  if (isTransform && bottoms.length > 0) return true;
  if (!name.endsWith("_param")) return false;
  return bottoms.length > 0 || tops.length === 0 || suggest(name, declaredFields(readAs)) === "";
}

/** The names of the fields that a message was read with. */
function declaredFields(readAs: UnreadField["readAs"]): readonly string[] {
  return readAs.flatMap(({ fields }) => Object.keys(fields));
}

/** The names of the fields that a message could have. */
function knownFields(readAs: UnreadField["readAs"]): Iterable<string> {
  const declared = declaredFields(readAs);
  const isLayer = readAs.some(({ name }) => name.endsWith("LayerParameter"));
  return isLayer ? [...declared, ...paramNumbers.keys()] : declared;
}
