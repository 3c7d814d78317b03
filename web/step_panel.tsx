/**
 * The details of one step of a network.
 *
 * @module
 */
/// <reference lib="dom" />
import { showBytes, showCount } from "../lib/numbers.ts";
import type { Step } from "../lib/view/diagram.ts";
import type { Inspection } from "../lib/view/inspection.ts";
import { Histogram } from "./histogram.tsx";
import { Pixels } from "./pixels.tsx";

/** Shows the facts of a step, and its weights once they are loaded. */
export function StepPanel({ step, inspection, ms }: {
  readonly step: Step;
  readonly inspection: Inspection | undefined;
  readonly ms?: number | undefined;
}) {
  const { name, type, shape, kind, parameters, macs, memory, settings, blobs } = step;
  const others = blobs.filter((blob) => blob !== name);
  return (
    <section class="panel" aria-label={`Layer ${name}`}>
      <h2 class={`title kind-${kind}`}>{name}</h2>
      <dl class="facts">
        <Fact name="Type" value={type} />
        <Fact name="Output" value={shape.join(" × ")} />
        {parameters > 0 && <Fact name="Parameters" value={showCount(parameters)} />}
        {macs > 0 && <Fact name="MACs" value={showCount(macs)} />}
        <Fact name="Memory" value={showBytes(memory)} />
        {ms !== undefined && <Fact name="Time" value={`${ms.toFixed(3)} ms`} />}
        {others.length > 0 && <Fact name="Blobs" value={others.join(", ")} />}
        {settings.map(([name, value]) => <Fact key={name} isSetting name={name} value={value} />)}
      </dl>
      {inspection?.filters && (
        <figure class="tiles">
          <Pixels
            image={inspection.filters}
            label={`The ${inspection.filters.count} filters of ${name}`}
          />
          <figcaption>Its {inspection.filters.count} filters</figcaption>
        </figure>
      )}
      {inspection?.constants.map(({ name, shape, histogram }) => (
        <div class="weights" key={name}>
          <h3>
            <span class="mono">{name}</span> <span class="shape">{shape.join(" × ")}</span>
          </h3>
          <Histogram counts={histogram} />
        </div>
      ))}
    </section>
  );
}

/** A line of the list; settings of the op are set like the names in files. */
function Fact({ name, value, isSetting = false }: {
  readonly name: string;
  readonly value: string;
  readonly isSetting?: boolean;
}) {
  return (
    <div>
      <dt class={isSetting ? "mono" : ""}>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
