/**
 * The names of a bundle's members.
 *
 * They derive from layer names, which come from files, and a bundle is a zip that any tool may unpack.
 * Characters that could lead such a tool out of its folder are percent-encoded; others stay.
 *
 * @module
 */

/**
 * The name of a member: `<layer>/<parameter>.npy`.
 *
 * It need not be unique: a layer's own name may look encoded (`%2E` and `.`), and some file systems
 * ignore case. {@linkcode MemberNames} makes names unique.
 *
 * @example
 * ```ts
 * import { memberName } from "./member_name.ts";
 *
 * memberName("inception_3a/1x1", "weights"); // "inception_3a/1x1/weights.npy"
 * memberName("../../etc", "biases"); // "%2E%2E/%2E%2E/etc/biases.npy"
 * ```
 */
export function memberName(layer: string, parameter: string): string {
  return arrayName(`${layer}/${parameter}`);
}

/** The name of a member that holds a named array: `<name>.npy`. */
export function arrayName(name: string): string {
  return `${name}.npy`
    .replace(dangerous, (found) => found.replace(/[^ ]+/g, percentEncode))
    .toWellFormed();
}

/** Names of members that are unique, also on file systems that ignore case. */
export class MemberNames {
  readonly #taken: Set<string>;
  /** How often each name was requested, so that frequent names need no search. */
  readonly #counts = new Map<string, number>();

  /** @param taken Names that are taken already. */
  constructor(taken: Iterable<string> = []) {
    this.#taken = new Set([...taken].map((name) => name.toLowerCase()));
  }

  /** Takes the name of an array itself, or the name with a number if it is taken. */
  take(wanted: string): string {
    const folded = wanted.toLowerCase();
    let member = wanted, i = this.#counts.get(folded) ?? 1;
    for (; this.#taken.has(member.toLowerCase()); i++) {
      member = wanted.replace(/\.npy$/, `_${i}.npy`);
    }
    this.#counts.set(folded, i);
    this.#taken.add(member.toLowerCase());
    return member;
  }
}

const dangerous = new RegExp(
  [
    // A slash without a segment before it: the root, or an empty segment.
    "(?<=^|/)/",
    // A segment of dots, or of dots and spaces, which Windows drops.
    "(?<=^|/) *\\.[. ]*(?=/)",
    // The colon after a drive letter.
    "(?<=(?:^|/)[A-Za-z]):",
    // Backslashes, which are slashes on Windows, and control characters.
    "[\\\\\\p{Cc}]",
  ].join("|"),
  "gu",
);

const utf8 = new TextEncoder();

function percentEncode(text: string): string {
  const hex = (byte: number) => byte.toString(16).toUpperCase().padStart(2, "0");
  return Array.from(utf8.encode(text), (byte) => "%" + hex(byte)).join("");
}
