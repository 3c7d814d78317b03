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
