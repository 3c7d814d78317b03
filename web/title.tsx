/**
 * The summary of a model in two lines.
 *
 * @module
 */
/// <reference lib="dom" />
import { showCount } from "../lib/numbers.ts";
import type { Totals } from "../lib/summary.ts";

/** Shows the name, the inputs and outputs, and the costs of a model. */
export function Title({ name, inputs, outputs, totals, device }: {
  readonly name: string;
  /** Names with shapes. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly totals: Totals;
  /** The device that it was measured on. */
  readonly device?: string | undefined;
}) {
  return (
    <div class="model">
      <h1>{name || "Unnamed network"}</h1>
      <p>
        {inputs.join(", ")} → {outputs.join(", ")}
        <span>{totals.layers} layers</span>
        <span>{showCount(totals.parameters)} parameters</span>
        <span>{showCount(totals.macs)} MACs</span>
        {device && <span>measured on {device}</span>}
      </p>
    </div>
  );
}
