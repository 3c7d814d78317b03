/**
 * The description of a file by `kaffe inspect`.
 *
 * @module
 */

/** A description, for people and for programs. */
export interface Description {
  readonly kind: "network" | "bundle" | "arrays" | "array" | "mean";
  readonly text: string;
  readonly json: object;
}

/** A name in quotes after a space, or an empty string for an empty name. */
export function quoted(name: string): string {
  return name === "" ? "" : ` ${JSON.stringify(name)}`;
}
