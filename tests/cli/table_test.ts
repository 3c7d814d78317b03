import assert from "node:assert/strict";
import { showAmount, showBytes, showCount, showPercent } from "../../lib/numbers.ts";
import { right, showTable } from "../../cli/table.ts";

Deno.test("counts have three significant digits", () => {
  const counts = [0, 812, 999, 1000, 9_994, 9_996, 999_499, 999_600, 61_000_000, 714_000_000];
  assert.deepEqual(
    counts.map(showCount),
    ["0", "812", "999", "1.00 k", "9.99 k", "10.0 k", "999 k", "1.00 M", "61.0 M", "714 M"],
  );
});

Deno.test("sizes have one decimal, and percentages two", () => {
  const sizes = [0, 999, 1000, 999_949, 999_950, 232_600_000];
  assert.deepEqual(
    sizes.map(showBytes),
    ["0 B", "999 B", "1.0 kB", "999.9 kB", "1.0 MB", "232.6 MB"],
  );
  assert.equal(showPercent(27 / 40), "67.50 %");
});

Deno.test("one layer is not several", () => {
  const layers = [0, 1, 22].map((count) => showAmount(count, "layer"));
  assert.deepEqual(layers, ["0 layers", "1 layer", "22 layers"]);
});

Deno.test("columns are aligned with their headings, and totals are below a line", () => {
  const table = showTable(
    ["name", ...right("MACs")],
    [["conv1", "1"], ["x\ty", "200 k"]],
    ["", "200 k"],
  );
  assert.deepEqual(table.split("\n"), [
    "name       MACs",
    "────────  ─────",
    "conv1         1",
    "x\\u0009y  200 k",
    "────────  ─────",
    "          200 k",
  ]);
});
