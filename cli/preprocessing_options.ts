/**
 * The options for the preprocessing of pictures.
 *
 * @module
 */
import { readMean } from "../lib/caffe/read.ts";
import type { PreprocessingOptions } from "../lib/preprocessing.ts";
import { readFile } from "./files.ts";
import { readChoice, readInteger, readNumber, readNumbers, readSize } from "./option_values.ts";
import type { Values } from "./options.ts";
import { UsageError } from "./usage_error.ts";

/** The options. */
export const preprocessingOptions = {
  mean: {
    value: "FILE",
    path: "read",
    about: "Subtract this mean image, or a mean for each channel: a .binaryproto or a .npy.",
  },
  "mean-values": { value: "104,117,123", about: "Subtract these means, one for each channel." },
  "input-scale": { value: "S", about: "Then multiply by this factor." },
  "channel-order": { value: "bgr|rgb", about: "The order of the colour channels (bgr)." },
  resize: { value: "WxH", about: "Resize pictures to this size." },
  "resize-short": { value: "N", about: "Resize the shorter side of pictures to this length." },
  crop: { value: "N", about: "Then crop to this size at the center: N or WxH." },
} as const;

/** The corresponding options of `convert`. */
export async function preprocessingFrom(
  values: Values<typeof preprocessingOptions>,
): Promise<PreprocessingOptions> {
  refuseBoth(values, "mean", "mean-values");
  refuseBoth(values, "resize", "resize-short");
  const { mean, resize, crop } = values;
  const meanValues = values["mean-values"];
  const scale = values["input-scale"];
  const order = values["channel-order"];
  const short = values["resize-short"];
  return {
    ...(order && { channelOrder: readChoice(order, "--channel-order", ["bgr", "rgb"]) }),
    ...(resize && { resize: { exact: readSize(resize, "--resize") } }),
    ...(short && { resize: { short: readInteger(short, "--resize-short", 1) } }),
    ...(crop && { crop: readSize(crop, "--crop") }),
    ...(meanValues && { mean: readNumbers(meanValues, "--mean-values") }),
    ...(scale && { scale: readScale(scale) }),
    ...(mean && { meanImage: readMean(await readFile(mean), mean) }),
  };
}

function readScale(text: string): number {
  const scale = readNumber(text, "--input-scale");
  if (Math.fround(scale) !== 0) return scale;
  throw new UsageError(`--input-scale needs a number other than 0 in float32, not "${text}"`);
}

function refuseBoth<Name extends string>(
  values: Readonly<Record<Name, unknown>>,
  a: Name,
  b: Name,
): void {
  if (values[a] === undefined || values[b] === undefined) return;
  throw new UsageError(`--${a} and --${b} cannot both be given`);
}
