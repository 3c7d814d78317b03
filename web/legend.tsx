/**
 * The legend of a drawing's colours.
 *
 * @module
 */
/// <reference lib="dom" />
import type { Diagram } from "../lib/view/diagram.ts";
import type { Kind } from "../lib/view/kinds.ts";

const names: Readonly<Record<Kind, string>> = {
  input: "Input",
  convolution: "Convolution",
  dense: "Dense",
  pooling: "Pooling, sampling",
  activation: "Activation",
  normalization: "Normalization, scale",
  join: "Concat, sum",
  detection: "Boxes",
  other: "Data movement, other",
};

/** Lists the kinds of layers in a network, and the number of each. */
export function Legend({ diagram }: { readonly diagram: Diagram }) {
  const counts = Map.groupBy(diagram.steps, ({ kind }) => kind);
  const kinds = (Object.keys(names) as Kind[]).filter((kind) => counts.has(kind));
  return (
    <section class="panel" aria-label="Kinds of layers">
      <ul class="legend">
        {kinds.map((kind) => (
          <li key={kind} class={`kind-${kind}`}>
            <span>{names[kind]}</span>
            <span class="score">{counts.get(kind)!.length}</span>
          </li>
        ))}
      </ul>
      <p class="hint">Select a layer to see its weights and, after a run, its activations.</p>
    </section>
  );
}
