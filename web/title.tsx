/**
 * What a model is, in two lines.
 *
 * @module
 */
/// <reference lib="dom" />
import { showCount } from "../lib/numbers.ts";
import type { Totals } from "../lib/summary.ts";

/** Shows the name of a model, what goes in and comes out, and what it costs. */
export function Title({ name, inputs, outputs, totals, device }: {
  readonly name: string;
  /** Names with shapes. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly totals: Totals;
  /** What it was measured on. */
  readonly device?: string | undefined;
}) {
  return (
    <div class="model">
      <h1>{name || "A network without a name"}</h1>
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
