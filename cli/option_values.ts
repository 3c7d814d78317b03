/**
 * Parses the values of options: numbers, sizes, choices, shapes by name.
 *
 * Each function takes the option's name for its message, and throws a `UsageError` if the value is
 * invalid.
 *
 * @module
 */
import type { Pair } from "../runtime/ops/attribute.ts";
import { count, type Shape } from "../runtime/tensor.ts";
import { mostPixels } from "./huge_pictures.ts";
import { UsageError } from "./usage_error.ts";

/** One of some choices, ignoring case. */
export function readChoice<const Choice extends string>(
  text: string,
  option: string,
  choices: readonly Choice[],
): Choice {
  const found = choices.find((choice) => choice.toLowerCase() === text.toLowerCase());
  if (found !== undefined) return found;
  throw new UsageError(`${option} must be ${choices.join(" or ")}, not "${text}"`);
}

/** An integer of at most nine digits, and at least `least`. */
export function readInteger(text: string, option: string, least = -largest): number {
  const number = /^[+-]?\d+$/.test(text) ? Number(text) : NaN;
  if (number >= least && number <= largest) return number;
  const digits = Math.abs(number) > largest ? " of nine digits at most" : "";
  throw new UsageError(`${option} needs ${kindOf(least)}${digits}, not "${text}"`);
}

function kindOf(least: number): string {
  if (least === 1) return "a positive integer";
  return least === -largest ? "an integer" : `an integer of at least ${least}`;
}

const largest = 999_999_999;

/** Whether a text is a decimal number. */
export function isDecimal(text: string): boolean {
  return /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text);
}

/** A decimal number that is finite in float32. */
export function readNumber(text: string, option: string): number {
  if (!isDecimal(text)) throw new UsageError(`${option} needs a number, not "${text}"`);
  const number = Number(text);
  if (Number.isFinite(Math.fround(number))) return number;
  throw new UsageError(`${option} needs a number within float32, up to 3.4e38, not "${text}"`);
}

/** Numbers separated by commas. */
export function readNumbers(text: string, option: string): readonly number[] {
  const parts = text.split(",");
  if (parts.every(isDecimal)) return parts.map((number) => readNumber(number, option));
  throw new UsageError(`${option} needs numbers separated by commas, not "${text}"`);
}

/** Names separated by commas. */
export function readNames(text: string): readonly string[] {
  return text.split(",").map((name) => name.trim()).filter((name) => name !== "");
}

/** A size with the width first, `256x224`, or `224` for a square; as `[height, width]`. */
export function readSize(text: string, option: string): Pair {
  const [, width, height = width] = /^(\d+)(?:[x×](\d+))?$/i.exec(text) ?? [];
  const size: Pair = [Number(height), Number(width)];
  if (!(count(size) > 0)) {
    throw new UsageError(`${option} needs a size like 224 or 256x224, not "${text}"`);
  }
  if (count(size) <= mostPixels) return size;
  throw new UsageError(`${option} needs a size of at most ${mostPixels} pixels, not "${text}"`);
}

/** `name=value`, divided at the first `=`. */
export function readAssignment(text: string, option: string, example: string): [string, string] {
  const at = text.indexOf("=");
  if (at > 0 && at < text.length - 1) return [text.slice(0, at), text.slice(at + 1)];
  throw new UsageError(`${option} needs a name and a value like ${example}, not "${text}"`);
}

/** Shapes by name, from `data=1,3,224,224`. */
export function readShapes(texts: readonly string[], option: string): ReadonlyMap<string, Shape> {
  const shapes = texts.map((text) => {
    const [name, shape] = readAssignment(text, option, "data=1,3,224,224");
    const extents = shape.split(",").map((extent) => extent.trim());
    if (extents.includes("")) {
      throw new UsageError(`${option} needs a shape like data=1,3,224,224, not "${text}"`);
    }
    return [name, extents.map((extent) => readInteger(extent, option, 1))] as const;
  });
  refuseTwice(shapes.map(([name]) => name), option);
  return new Map(shapes);
}

/** Refuses a name that is given twice. */
export function refuseTwice(names: readonly string[], option: string): void {
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw new UsageError(`${option} ${twice} is given twice`);
}
