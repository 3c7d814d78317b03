/**
 * Unrolls loops in WGSL, where arrays are not sure to stay in registers. Such texts are long, and
 * written once for all layers alike.
 *
 * @module
 */
import { getOrInsertComputed } from "../../get_or_insert_computed.ts";

/** Concatenates `text(i)` for each `i` below `count`: unrolls a loop in WGSL. */
export function each(count: number, text: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => text(i)).join("");
}

const texts = new Map<string, string>();

/** A text of WGSL by a name that identifies it, written at the first request. */
export function once(name: string, write: () => string): string {
  return getOrInsertComputed(texts, name, write);
}
