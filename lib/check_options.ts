/**
 * Checks the options of a conversion.
 *
 * @module
 */
import type { ConvertOptions } from "./convert_options.ts";
import { type AllOptions, expect, expectNames, expectWord } from "./expect_options.ts";
import type { PreprocessingOptions } from "./preprocessing.ts";
import { transforms } from "./transforms/mod.ts";

/** All options of a conversion. */
const ofConversions: AllOptions<ConvertOptions> = {
  caffemodel: true,
  phase: true,
  level: true,
  stages: true,
  inputShapes: true,
  outputs: true,
  preprocessing: true,
  labels: true,
  inject: true,
  layers: true,
  alignCrops: true,
  transforms: true,
  deferWeights: true,
  warn: true,
};

/**
 * Refuses invalid options of a conversion.
 *
 * @param others The caller's own options.
 */
export function checkOptions(options: ConvertOptions, others: Record<string, true> = {}): void {
  const doing = "convert the network";
  expectNames(doing, options, { ...ofConversions, ...others });
  const { phase, transforms: names, inputShapes, outputs, stages, labels, inject, layers } =
    options;
  expectWord(doing, "phase", phase, ["TRAIN", "TEST"]);
  const lists = { transforms: names, outputs, stages, labels, inject, layers };
  for (const [option, list] of Object.entries(lists)) {
    expect(list === undefined || Array.isArray(list), doing, option, list, "an array");
  }
  expect(outputs?.length !== 0, doing, "outputs", outputs, "the names of some blobs");
  for (const name of names ?? []) expectWord(doing, "transforms", name, Object.keys(transforms));
  expect(
    inputShapes === undefined || inputShapes instanceof Map,
    doing,
    "inputShapes",
    inputShapes,
    "a Map from the names of inputs to their shapes",
  );
  checkPictures(options.preprocessing ?? {});
}

/** All preprocessing options. */
const ofPictures: AllOptions<PreprocessingOptions> = {
  channelOrder: true,
  resize: true,
  crop: true,
  mean: true,
  meanImage: true,
  scale: true,
};

/** Refuses invalid preprocessing options. */
function checkPictures(options: PreprocessingOptions): void {
  const doing = "prepare pictures";
  expectNames(doing, options, ofPictures);
  const { channelOrder, resize, crop, mean, meanImage, scale } = options;
  const must = (isRight: boolean, option: string, value: unknown, what: string) =>
    expect(value === undefined || isRight, doing, option, value, what);
  expectWord(doing, "channelOrder", channelOrder, ["bgr", "rgb"]);
  const { exact, short } = (resize ?? {}) as { exact?: unknown; short?: unknown };
  // Exactly one of them.
  must(
    isPair(exact) !== isExtent(short),
    "resize",
    resize,
    "{ exact: [height, width] } or { short: length }",
  );
  must(isPair(crop), "crop", crop, "[height, width]");
  must(Array.isArray(mean) && mean.every(isFloat), "mean", mean, "an array of numbers in float32");
  must(
    Array.isArray(meanImage?.shape) && meanImage?.data instanceof Float32Array,
    "meanImage",
    meanImage,
    "a shape and the numbers in a Float32Array",
  );
  must(meanImage === undefined, "mean", mean, "left out beside a meanImage");
  must(
    isFloat(scale) && Math.fround(scale as number) !== 0,
    "scale",
    scale,
    "a number other than 0 in float32",
  );
}

/** Whether a value is a number that is finite in float32. */
function isFloat(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(Math.fround(value));
}

function isPair(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && value.every(isExtent);
}

function isExtent(value: unknown): boolean {
  return Number.isInteger(value) && value as number > 0;
}
