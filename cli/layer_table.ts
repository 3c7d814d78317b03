/**
 * The table of a network's layers and their costs.
 *
 * @module
 */
import { type SummaryRow, totalsOf } from "../lib/summary.ts";
import { showShape } from "../runtime/tensor.ts";
import { showAmount, showBytes, showCount } from "../lib/numbers.ts";
import { right, showTable } from "./table.ts";

/** A table with a row for each layer, and the totals. */
export function layerTable(rows: readonly SummaryRow[]): string {
  const totals = totalsOf(rows);
  return showTable(
    ["name", "type", "output shape", ...right("parameters", "MACs", "memory")],
    rows.map(({ name, type, shape, ...costs }) => [name, type, showShape(shape), ...show(costs)]),
    ["", showAmount(totals.layers, "layer"), "", ...show(totals)],
  );
}

type Costs = Pick<SummaryRow, "parameters" | "macs" | "memory">;

function show({ parameters, macs, memory }: Costs): string[] {
  const count = (number: number) => number === 0 ? "" : showCount(number);
  return [count(parameters), count(macs), showBytes(memory)];
}
