/**
 * The description of a file by `kaffe inspect`.
 *
 * @module
 */
import { type Shape, showShape } from "../../runtime/tensor.ts";

/** A description, for people and for programs. */
export interface Description {
  readonly kind: "network" | "bundle" | "arrays" | "array" | "mean";
  readonly text: string;
  readonly json: object;
}

/** What a network computes: `from data [1, 3, 224, 224] to prob`. */
export function fromTo(
  inputs: readonly { readonly name: string; readonly shape: Shape }[],
  outputs: readonly string[],
): string {
  const shapes = inputs.map(({ name, shape }) => `${name} ${showShape(shape)}`);
  return `from ${shapes.join(", ")} to ${outputs.join(", ")}`;
}

/** A name in quotes after a space, or an empty string for an empty name. */
export function quoted(name: string): string {
  return name === "" ? "" : ` ${JSON.stringify(name)}`;
}
