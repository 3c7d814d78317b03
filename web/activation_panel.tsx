/**
 * The values of a blob for the picture that was last run.
 *
 * @module
 */
/// <reference lib="dom" />
import { useEffect, useState } from "preact/hooks";
import { show } from "./histogram.tsx";
import type { Activation } from "./messages.ts";
import { Pixels } from "./pixels.tsx";

/** Shows the values of a blob; `run` changes whenever there is something new to see. */
export function ActivationPanel({ blob, run, look }: {
  readonly blob: string;
  readonly run: number;
  readonly look: (blob: string) => Promise<Activation | undefined>;
}) {
  const [seen, setSeen] = useState<{ readonly blob: string; readonly values: Activation }>();
  useEffect(() => {
    let isWanted = true;
    look(blob).then((values) => isWanted && values !== undefined && setSeen({ blob, values }));
    return () => {
      isWanted = false;
    };
  }, [blob, run]);
  if (seen?.blob !== blob) return null;
  const { tiles, shape, low, high } = seen.values;
  return (
    <section class="panel" aria-label={`Values of ${blob}`}>
      <h3>What it gave</h3>
      <figure class="tiles activation">
        <Pixels image={tiles} label={`The values of ${blob}, ${tiles.count} channels`} />
        <figcaption>
          {shape.join(" × ")}, from {show(low)} to {show(high)}
          {tiles.tile[0] * tiles.tile[1] > 1 && "; each channel is scaled by itself"}
        </figcaption>
      </figure>
    </section>
  );
}
