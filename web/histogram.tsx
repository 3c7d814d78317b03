/**
 * A histogram with its statistics.
 *
 * @module
 */
/// <reference lib="dom" />
import type { Histogram as Counts } from "../lib/view/histogram.ts";

const height = 56;

/** Shows the distribution of numbers. */
export function Histogram({ counts }: { readonly counts: Counts }) {
  const { low, high, mean, deviation, zeros, nonFinite } = counts;
  const most = Math.max(1, ...counts.counts);
  const width = counts.counts.length;
  const zero = low < 0 && high > 0 ? width * -low / (high - low) : undefined;
  const summary = `from ${show(low)} to ${show(high)}, mean ${show(mean)}, deviation ${
    show(deviation)
  }`;
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
        <span>{show(low)}</span>
        <span>
          {show(mean)} ± {show(deviation)}
          {zeros > 0.0005 && `, ${(100 * zeros).toFixed(1)} % zeros`}
          {nonFinite > 0 && `, ${nonFinite} not finite`}
        </span>
        <span>{show(high)}</span>
      </figcaption>
    </figure>
  );
}

/** A number with three significant digits. */
export function show(number: number): string {
  if (number === 0) return "0";
  const text = Math.abs(number) >= 1e-3 && Math.abs(number) < 1e5
    ? String(Number(number.toPrecision(3)))
    : number.toExponential(1);
  return text.replace("-", "−");
}
