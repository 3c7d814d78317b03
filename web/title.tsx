/**
 * The summary of a model in two lines.
 *
 * @module
 */
/// <reference lib="dom" />
import { showAmount, showCount } from "../lib/numbers.ts";
import type { Totals } from "../lib/summary.ts";
import type { Shape } from "../runtime/tensor.ts";
import { Blobs } from "./blobs.tsx";

/** Shows the name, the inputs and outputs, and the costs of a model. */
export function Title({ name, inputs, outputs, totals, device }: {
  readonly name: string;
  /** In a report, the names contain the shapes. */
  readonly inputs: readonly { readonly name: string; readonly shape?: Shape }[];
  readonly outputs: readonly string[];
  readonly totals: Totals;
  /** The device that it was measured on. */
  readonly device?: string | undefined;
}) {
  return (
    <div class="model">
      <h1>{name || "Unnamed network"}</h1>
      <p>
        <Blobs blobs={inputs} /> → <Blobs blobs={outputs.map((name) => ({ name }))} />
        <span>{showAmount(totals.layers, "layer")}</span>
        <span>{showCount(totals.parameters)} parameters</span>
        <span>{showCount(totals.macs)} MACs</span>
        {device && <span>measured on {device}</span>}
      </p>
    </div>
  );
}
