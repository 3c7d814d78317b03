/**
 * Formats large numbers.
 *
 * @module
 */

/** A count with three significant digits: `812`, `61.0 M`, `1.25 G`. */
export function showCount(count: number): string {
  if (count < 1000) return String(count);
  const { value, prefix } = scale(Number(count.toPrecision(3)));
  return `${value.toPrecision(3)} ${prefix}`;
}

/** A number of layers: `1 layer`, `22 layers`. */
export function showLayers(count: number): string {
  return count === 1 ? "1 layer" : `${count} layers`;
}

/** A size in bytes: `812 B`, `232.6 MB`, where a MB is a million bytes. */
export function showBytes(bytes: number): string {
  const { value, prefix } = scale(bytes);
  return prefix === "" ? `${bytes} B` : `${value.toFixed(1)} ${prefix}B`;
}

/** A fraction as a percentage: `67.50 %`. */
export function showPercent(part: number): string {
  return `${(100 * part).toFixed(2)} %`;
}

const prefixes = ["", "k", "M", "G", "T", "P"];

function scale(value: number): { value: number; prefix: string } {
  let step = 0;
  // 999,960 bytes would be 1000.0 kB.
  for (; value >= 999.95 && step < prefixes.length - 1; step++) value /= 1000;
  return { value, prefix: prefixes[step]! };
}
