/**
 * The values of a blob for the picture that was last run.
 *
 * @module
 */
/// <reference lib="dom" />
import { useEffect, useState } from "preact/hooks";
import { showNumber } from "../lib/numbers.ts";
import type { Activation } from "./messages.ts";
import { Pixels } from "./pixels.tsx";

/** Shows the values of a blob. `run` is the number of the last run: a change loads them anew. */
export function ActivationPanel({ blob, run, load }: {
  readonly blob: string;
  readonly run: number;
  readonly load: (blob: string) => Promise<Activation | undefined>;
}) {
  const [loaded, setLoaded] = useState<{ readonly blob: string; readonly values: Activation }>();
  useEffect(() => {
    let isWanted = true;
    load(blob).then((values) => {
      if (isWanted && values !== undefined) setLoaded({ blob, values });
    });
    return () => {
      isWanted = false;
    };
  }, [blob, run]);
  if (loaded?.blob !== blob) return null;
  const { tiles, shape, low, high } = loaded.values;
  return (
    <section class="panel" aria-label={`Values of ${blob}`}>
      <h3>Activations</h3>
      <figure class="tiles activation">
        <Pixels image={tiles} label={`The values of ${blob}, ${tiles.count} channels`} />
        <figcaption>
          {shape.join(" × ")}, from {showNumber(low)} to {showNumber(high)}
          {tiles.tile[0] * tiles.tile[1] > 1 && "; each channel has a scale of its own"}
        </figcaption>
      </figure>
    </section>
  );
}
