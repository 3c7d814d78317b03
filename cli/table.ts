/**
 * Formats tables as text.
 *
 * @module
 */
import { printable } from "../lib/printable.ts";

/** A column: its heading and its alignment. */
export interface Column {
  readonly heading: string;
  readonly align?: "left" | "right";
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
  const head = columns.map(({ heading }) => heading);
  const cells = [head, ...rows, ...(totals === undefined ? [] : [totals])]
    .map((row) => row.map(printable));
  const widths = columns.map((_, i) =>
    cells.reduce((max, row) => Math.max(max, row[i]!.length), 0)
  );
  const lines = cells.map((row) =>
    row.map((cell, i) => {
      return columns[i]!.align === "right" ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!);
    }).join("  ").trimEnd()
  );
  const rule = widths.map((width) => "─".repeat(width)).join("  ");
  lines.splice(1, 0, rule);
  if (totals !== undefined) lines.splice(-1, 0, rule);
  return lines.join("\n");
}
