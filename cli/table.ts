/**
 * Formats tables as text.
 *
 * @module
 */
import { printable } from "../lib/printable.ts";

/** A column by its heading: aligned to the left, or to the right. */
export type Column = string | { readonly right: string };

/** Columns that are aligned to the right. */
export function right(...headings: readonly string[]): readonly Column[] {
  return headings.map((right) => ({ right }));
}

/**
 * The text of a table: headings, a line, the rows and, after another line, the totals.
 *
 * @param rows The cells of each row, one for each column.
 */
export function showTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  totals?: readonly string[],
): string {
  const head = columns.map((column) => typeof column === "string" ? column : column.right);
  const cells = [head, ...rows, ...(totals === undefined ? [] : [totals])]
    .map((row) => row.map(printable));
  const widths = columns.map((_, i) =>
    cells.reduce((max, row) => Math.max(max, row[i]!.length), 0)
  );
  const lines = cells.map((row) =>
    row.map((cell, i) => {
      const width = widths[i]!;
      return typeof columns[i] === "string" ? cell.padEnd(width) : cell.padStart(width);
    }).join("  ").trimEnd()
  );
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  lines.splice(1, 0, rule);
  if (totals !== undefined) lines.splice(-1, 0, rule);
  return lines.join("\n");
}
