/**
 * Unrolls loops in WGSL, where arrays are not sure to stay in registers.
 *
 * @module
 */

/** Concatenates `text(i)` for each `i` below `count`: unrolls a loop in WGSL. */
export function each(count: number, text: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => text(i)).join("");
}
