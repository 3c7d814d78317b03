/**
 * Plots a loss curve as SVG.
 *
 * @module
 */

const width = 640;
const height = 320;
const margin = { left: 56, right: 16, top: 16, bottom: 36 };

/** An SVG with the losses of all steps as a thin line, and their running mean. */
export function lossCurve(losses: readonly number[]): string {
  const highest = Math.max(...losses, 1e-9);
  const x = (step: number) =>
    margin.left + step / Math.max(1, losses.length - 1) * (width - margin.left - margin.right);
  const y = (loss: number) =>
    height - margin.bottom - loss / highest * (height - margin.top - margin.bottom);
  const line = (values: readonly number[], style: string) => {
    const points = values.map((value, i) => `${x(i).toFixed(1)},${y(value).toFixed(1)}`);
    return `<polyline fill="none" ${style} points="${points.join(" ")}"/>`;
  };
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const loss = part * highest;
    const at = y(loss).toFixed(1);
    return `<line x1="${margin.left}" x2="${width - margin.right}" y1="${at}" y2="${at}" ` +
      `stroke="#ddd"/><text x="${margin.left - 8}" y="${at}" dy="4" text-anchor="end">` +
      `${loss.toFixed(2)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" ` +
    `font-family="sans-serif" font-size="12">
<rect width="${width}" height="${height}" fill="white"/>
${ticks.join("\n")}
${line(losses, 'stroke="#9bc" stroke-width="1"')}
${line(runningMean(losses, 10), 'stroke="#136" stroke-width="2"')}
<text x="${margin.left}" y="${height - 12}">step 1</text>
<text x="${width - margin.right}" y="${height - 12}" text-anchor="end">step ${losses.length}</text>
<text x="${width / 2}" y="${height - 12}" text-anchor="middle">loss</text>
</svg>
`;
}

/** The mean over a window that ends with each value. */
function runningMean(values: readonly number[], length: number): number[] {
  return values.map((_, i) => {
    const window = values.slice(Math.max(0, i + 1 - length), i + 1);
    return window.reduce((a, b) => a + b) / window.length;
  });
}
