/**
 * Puts the parts of a file together.
 *
 * @module
 */

/** All bytes of some parts, one after the other. */
export function join(parts: Iterable<Uint8Array>): Uint8Array<ArrayBuffer> {
  const all = [...parts];
  const bytes = new Uint8Array(all.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of all) bytes.set(part, (at += part.length) - part.length);
  return bytes;
}
