/**
 * A layer of a `Net`, from its message in Caffe's current format.
 *
 * @module
 */
import { defaultsOf, message, type MessageOf, nested, type OpenMessage } from "../../proto/mod.ts";
import { readBlob } from "./blob.ts";
import type {
  NetLayer,
  NetStateRule as Rule,
  ParamField,
  ParamNames,
  ParamSpec as Spec,
  TransformationParameter as Transform,
} from "./net.ts";
import type { LayerParameter, NetStateRule, TransformationParameter } from "./schema.ts";

/** The message with the settings of a layer's type. */
export interface ParamSettings {
  readonly message: OpenMessage;
  /** The number of a field in this message: older formats use other numbers than the current one. */
  numberOf(field: ParamNames): number;
}

/**
 * Makes a layer.
 *
 * @param fields The fields that all layers have.
 * @param settings The settings of its type.
 * @param entry The message in the file that describes the layer.
 * @throws {SyntaxError} if a blob does not hold as many values as its shape needs.
 */
export function netLayer(
  fields: MessageOf<typeof LayerParameter>,
  settings: ParamSettings,
  entry: OpenMessage,
): NetLayer {
  const { name, type } = fields;
  const where = entry.where;
  return {
    name,
    type,
    bottoms: fields.bottom,
    tops: fields.top,
    phase: fields.phase,
    include: fields.include.map(rule),
    exclude: fields.exclude.map(rule),
    params: paramSpecs(fields),
    lossWeights: fields.loss_weight,
    transform: fields.transform_param && transform(fields.transform_param),
    blobs: fields.blobs.map((blob, i) => readBlob(blob, where, `blob ${i} of layer "${name}"`)),
    where,
    param: (field) => readParam(settings, field),
    hasParam: (field) => entryOf(settings, field) !== undefined,
    unread: () => entry.unread(),
  };
}

/** A number that no field has. */
export const noNumber = 0;

/** The number of a field in the current format. */
export function numberOf({ number = noNumber }: Pick<ParamNames, "number">): number {
  return number;
}

function readParam<Value>(settings: ParamSettings, field: ParamField<Value>): Value {
  const { name, number } = entryOf(settings, field) ?? { name: field.name, number: noNumber };
  const layer = message("LayerParameter", { [name]: nested(number, field.message) });
  return settings.message.read(layer)[name] ?? defaultsOf(field.message);
}

/** The name and number under which the file has a field, if it has it. */
function entryOf({ message: open, numberOf }: ParamSettings, field: ParamNames) {
  const { name, otherNames = [] } = field;
  return [
    ...otherNames.map((name) => ({ name, number: noNumber })),
    { name, number: numberOf(field) },
  ].find((entry) => open.has(entry));
}

/** Old files have learning rates for BatchNorm's statistics. Caffe sets them to 0, as is done here. */
function paramSpecs({ type, param }: MessageOf<typeof LayerParameter>): readonly Spec[] {
  const isOldBatchNorm = type === "BatchNorm" && param.length === 3;
  return param.map(({ name, share_mode, lr_mult }) => ({
    name,
    shareMode: share_mode,
    learningRate: isOldBatchNorm ? 0 : lr_mult,
  }));
}

function rule(message: MessageOf<typeof NetStateRule>): Rule {
  return {
    phase: message.phase,
    minLevel: message.min_level,
    maxLevel: message.max_level,
    stages: message.stage,
    notStages: message.not_stage,
  };
}

/**
 * The size that images are cropped to: of their patches, if they are cut into some, as for jigsaw
 * puzzles. SSD's fork has separate fields for height and width.
 */
function cropOf(
  { crop_size, crop_h, crop_w, siamese_size, patch_size }: MessageOf<
    typeof TransformationParameter
  >,
): Transform["crop"] {
  const size = siamese_size > 1 ? patch_size : crop_size;
  const crop = [crop_h || size, crop_w || size] as const;
  return crop.includes(0) ? undefined : crop;
}

/**
 * How images are resized, which only SSD's fork and Intel's support. MobileNet-YOLO's sets the layer
 * up with the first of several sizes; in training they take turns. Intel's draws the length of the
 * shorter side, unless the least one is the greatest.
 */
function resizeOf(
  { resize_param: [first], random_resize_param: drawn }: MessageOf<typeof TransformationParameter>,
): Transform["resize"] {
  const { resize_mode = "WARP", height = 0, width = 0 } = first ?? {};
  if (height > 0 && width > 0) return { mode: resize_mode, size: [height, width] };
  const { min_size: short = 0, max_size = 0 } = drawn ?? {};
  return short > 0 && short === max_size
    ? { mode: "FIT_SMALL_SIZE", size: [short, short] }
    : undefined;
}

function transform(message: MessageOf<typeof TransformationParameter>): Transform {
  const volume = [message.crop_size_l, message.crop_size_h, message.crop_size_w] as const;
  return {
    scale: message.scale,
    crop: cropOf(message),
    cropVolume: volume.includes(0) ? undefined : volume,
    meanFile: message.mean_file,
    meanValues: message.mean_value,
    channels: message.force_color ? 3 : message.force_gray ? 1 : undefined,
    resize: resizeOf(message),
  };
}
