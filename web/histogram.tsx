/**
 * A histogram with its statistics.
 *
 * @module
 */
/// <reference lib="dom" />
import { showNumber } from "../lib/numbers.ts";
import type { Histogram as Counts } from "../lib/view/histogram.ts";

const height = 56;

/** Shows the distribution of numbers. */
export function Histogram({ counts }: { readonly counts: Counts }) {
  const { low, high, mean, deviation, zeros, nonFinite } = counts;
  const most = Math.max(1, ...counts.counts);
  const width = counts.counts.length;
  const zero = low < 0 && high > 0 ? width * -low / (high - low) : undefined;
  const summary = `from ${showNumber(low)} to ${showNumber(high)}, mean ${showNumber(mean)}, ` +
    `deviation ${showNumber(deviation)}`;
  return (
    <figure class="histogram">
      <svg
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Histogram ${summary}`}
      >
        {zero !== undefined && <line class="zero" x1={zero} x2={zero} y1="0" y2={height} />}
        {counts.counts.map((count, i) => {
          const length = count === 0 ? 0 : Math.max(1, (height - 2) * count / most);
          return <rect key={i} x={i + 0.06} y={height - length} width="0.88" height={length} />;
        })}
      </svg>
      <figcaption>
        <span>{showNumber(low)}</span>
        <span>
          {showNumber(mean)} ± {showNumber(deviation)}
          {zeros > 0.0005 && `, ${(100 * zeros).toFixed(1)} % zeros`}
          {nonFinite > 0 && `, ${nonFinite} not finite`}
        </span>
        <span>{showNumber(high)}</span>
      </figcaption>
    </figure>
  );
}
