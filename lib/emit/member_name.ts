/**
 * The name under which a layer's parameter is kept in a bundle.
 *
 * Layer names come from files, and a bundle is a zip that people unpack with whatever is at hand.
 * What would lead such a tool out of its folder is percent-encoded; everything else stays as it is.
 *
 * @module
 */

/**
 * The name of a member: `<layer>/<parameter>.npy`.
 *
 * Two layers may get one name, where one of them already looks encoded (`%2E` and `.`), and two
 * names may differ in nothing but their case, which some file systems ignore. Telling those apart
 * is what {@linkcode MemberNames} is for.
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

/** The name of a member that holds an array of whatever name: `<name>.npy`. */
export function arrayName(name: string): string {
  return `${name}.npy`
    .replace(dangerous, (found) => found.replace(/[^ ]+/g, percentEncode))
    .toWellFormed();
}

/** Names of members, of which no two are the same, nor on file systems that ignore case. */
export class MemberNames {
  readonly #taken: Set<string>;
  /** How often each name was asked for, so that a name asked for often is found at once. */
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
    // A slash with no segment in front of it: the root, or a segment without a name.
    "(?<=^|/)/",
    // A segment of dots, or of dots and the spaces that Windows drops after them.
    "(?<=^|/) *\\.[. ]*(?=/)",
    // The colon after a drive letter.
    "(?<=(?:^|/)[A-Za-z]):",
    // Windows's other slash, and everything that is no visible character.
    "[\\\\\\p{Cc}]",
  ].join("|"),
  "gu",
);

const utf8 = new TextEncoder();

function percentEncode(text: string): string {
  const hex = (byte: number) => byte.toString(16).toUpperCase().padStart(2, "0");
  return Array.from(utf8.encode(text), (byte) => "%" + hex(byte)).join("");
}
