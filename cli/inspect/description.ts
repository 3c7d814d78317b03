/**
 * What `kaffe inspect` says of one file.
 *
 * @module
 */

/** A description, for people and for programs. */
export interface Description {
  readonly kind: "network" | "bundle" | "arrays" | "array" | "mean";
  readonly text: string;
  readonly json: object;
}

/** A name in quotes, after a space; nothing for what has none. */
export function quoted(name: string): string {
  return name === "" ? "" : ` ${JSON.stringify(name)}`;
}
