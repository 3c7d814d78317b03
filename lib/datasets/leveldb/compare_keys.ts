/**
 * The order of keys in LevelDB's tables.
 *
 * @module
 */

/** Compares keys byte by byte, as LevelDB does by default. */
export function compareKeys(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    if (a[i] !== b[i]) return a[i]! - b[i]!;
  }
  return a.length - b.length;
}
