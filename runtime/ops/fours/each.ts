/**
 * Unrolls loops in WGSL, where arrays are not sure to stay in registers. Such texts are long, and
 * written once for all layers alike.
 *
 * @module
 */

/** Concatenates `text(i)` for each `i` below `count`: unrolls a loop in WGSL. */
export function each(count: number, text: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => text(i)).join("");
}

const texts = new Map<string, string>();

/** A text of WGSL by a name that identifies it, written at the first request. */
export function once(name: string, write: () => string): string {
  const text = texts.get(name) ?? write();
  texts.set(name, text);
  return text;
}
