/**
 * Checks options that JavaScript callers may get wrong: unknown names and words, and values of the
 * wrong type.
 *
 * @module
 */
import { suggest } from "../proto/suggest.ts";
import type { ConvertOptions } from "./convert_options.ts";
import type { PreprocessingOptions } from "./preprocessing.ts";
import { transforms } from "./transforms/mod.ts";

/**
 * Refuses a word that is not among `known`; `undefined` is fine.
 *
 * @param doing The action that fails, for the message: `"convert the network"`.
 */
export function expectWord(
  doing: string,
  option: string,
  word: unknown,
  known: readonly string[],
): void {
  if (word === undefined || known.includes(word as string)) return;
  const near = known.find((one) => one.toLowerCase() === String(word).toLowerCase());
  const hint = near === undefined ? suggest(String(word), known) : ` (did you mean "${near}"?)`;
  const all = known.map((word) => `"${word}"`).join(", ");
  expect(false, doing, option, word, `one of ${all}${hint}`);
}

/** All options of an action. */
type All<Options> = Readonly<Record<keyof Options, true>>;

/** All options of a conversion. */
const ofConversions: All<ConvertOptions> = {
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
const ofPictures: All<PreprocessingOptions> = {
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

/**
 * Refuses an unknown option. It must not be ignored: the answers would be wrong.
 *
 * @param doing The action that fails, for the message: `"convert the network"`.
 * @param known All options that there are.
 */
export function expectNames<Options extends object>(
  doing: string,
  options: Options,
  known: All<Options>,
): void {
  const names = Object.keys(known);
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const hint = suggest(unknown, names);
  const all = names.length === 1 ? `only ${names[0]}` : `the options are ${names.join(", ")}`;
  throw new TypeError(`Cannot ${doing}: there is no option "${unknown}"${hint}; ${all}`);
}

function isPair(value: unknown): boolean {
  return Array.isArray(value) && value.length === 2 && value.every(isExtent);
}

function isExtent(value: unknown): boolean {
  return Number.isInteger(value) && value as number > 0;
}

/**
 * Refuses an option's value unless `isRight`.
 *
 * @param doing The action that fails, for the message: `"convert the network"`.
 * @param what What it must be: `"an array"`.
 */
export function expect(
  isRight: boolean,
  doing: string,
  option: string,
  given: unknown,
  what: string,
): void {
  if (isRight) return;
  throw new TypeError(`Cannot ${doing}: ${option} is ${show(given)}, but must be ${what}`);
}

/** A value in a message, shortened. */
function show(value: unknown): string {
  const text = typeof value === "number" ? `${value}` : JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)} …` : text;
}
