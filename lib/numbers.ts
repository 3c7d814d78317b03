/**
 * Formats numbers for people.
 *
 * @module
 */

/** A count with three significant digits: `812`, `61.0 M`, `1.25 G`. */
export function showCount(count: number): string {
  if (count < 1000) return String(count);
  const { value, prefix } = scale(Number(count.toPrecision(3)));
  return `${value.toPrecision(3)} ${prefix}`;
}

/** A number of things: `1 layer`, `22 layers`. */
export function showAmount(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
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

/** A number with three significant digits, or two if it is tiny or huge: `0.125`, `1.2e−7`. */
export function showNumber(number: number): string {
  if (number === 0) return "0";
  const text = Math.abs(number) >= 1e-3 && Math.abs(number) < 1e5
    ? String(Number(number.toPrecision(3)))
    : number.toExponential(1);
  return text.replace("-", "−");
}

const prefixes = ["", "k", "M", "G", "T", "P"];

function scale(value: number): { value: number; prefix: string } {
  let step = 0;
  // 999,960 bytes would be 1000.0 kB.
  for (; value >= 999.95 && step < prefixes.length - 1; step++) value /= 1000;
  return { value, prefix: prefixes[step]! };
}
