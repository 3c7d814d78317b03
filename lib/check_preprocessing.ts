/**
 * Checks in advance whether preprocessing can convert any picture to the input of a network, and
 * whether it has probably been forgotten.
 *
 * @module
 */
import type { Pair } from "../runtime/ops/attribute.ts";
import type { Preprocessing } from "../runtime/preprocess.ts";
import { type Shape, showShape } from "../runtime/tensor.ts";
import { showAmount } from "./numbers.ts";
import { cropHint, resizeHint } from "./option_hints.ts";

/**
 * The reason why no picture can become the input; `undefined` if one can.
 *
 * @param shape The channels, height and width of the network's input.
 */
export function whyNoPicture(preprocessing: Preprocessing, shape: Shape): string | undefined {
  const { resize, crop, mean, meanImage, scale } = preprocessing;
  const [channels, ...input] = shape as [number, number, number];
  if (scale === 0 || !Number.isFinite(scale)) return `they are multiplied by ${scale}`;
  if (mean.length > 1 && mean.length !== channels) {
    return `there are ${mean.length} means, but the network's input has ` +
      showAmount(channels, "channel");
  }
  if (crop !== null && resize !== null && smallest(resize).some((size, i) => size < crop[i]!)) {
    return `they are resized to ${showShape(smallest(resize))}, which cannot be cropped to ` +
      showShape(crop);
  }
  if (crop !== null && !isSame(crop, input)) {
    return `they are cropped to ${showShape(crop)}, but the network's input is ` +
      `${showShape(input)}; crop them to that with ${cropHint(input)}`;
  }
  if (crop === null && resize !== null && !canBecome(resize, input)) {
    const size = "exact" in resize ? showShape(resize.exact) : `a shorter side of ${resize.short}`;
    return `they are resized to ${size}, but the network's input is ${showShape(input)}; set ` +
      `that size with ${resizeHint}, or crop them to it with ${cropHint(input)}`;
  }
  if (meanImage !== null && !covers(meanImage.shape, shape)) {
    return `the mean image ${showShape(meanImage.shape)} does not cover the network's input ` +
      showShape(shape);
  }
  return undefined;
}

/** Whether colour pictures would be fed without normalization, which few networks expect. */
export function isRaw(
  channels: number | undefined,
  { mean, scale }: Pick<Preprocessing, "mean" | "scale">,
  hasMeanImage: boolean,
): boolean {
  return channels === 3 && mean.length === 0 && !hasMeanImage && scale === 1;
}

type Resize = NonNullable<Preprocessing["resize"]>;

/** The least height and width after resizing. */
function smallest(resize: Resize): Pair {
  return "exact" in resize ? resize.exact : [resize.short, resize.short];
}

/** Whether a picture of some aspect ratio has a size after resizing. */
function canBecome(resize: Resize, size: Pair): boolean {
  return "exact" in resize ? isSame(resize.exact, size) : Math.min(...size) === resize.short;
}

function isSame(a: Pair, b: Pair): boolean {
  return a[0] === b[0] && a[1] === b[1];
}

/** Whether a mean image covers the input. */
function covers(mean: Shape, [channels, height, width]: Shape): boolean {
  const [its, rows, columns] = mean.length === 4 && mean[0] === 1 ? mean.slice(1) : mean;
  return its === channels && rows! >= height! && columns! >= width! && mean.length >= 3;
}
