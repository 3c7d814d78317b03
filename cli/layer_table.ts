/**
 * The table of a network's layers and what they cost.
 *
 * @module
 */
import type { SummaryRow } from "../lib/summary.ts";
import { showShape } from "../runtime/tensor.ts";
import { showBytes, showCount } from "./numbers.ts";
import { showTable } from "./table.ts";

/** What all layers cost together. */
export interface Totals {
  readonly layers: number;
  readonly parameters: number;
  readonly macs: number;
  /** Bytes of all blobs as float32, were all of them kept. */
  readonly memory: number;
}

/** The sums over rows; inputs are rows, but no layers. */
export function totalsOf(rows: readonly SummaryRow[]): Totals {
  const sum = (key: "parameters" | "macs" | "memory") =>
    rows.reduce((total, row) => total + row[key], 0);
  return {
    layers: rows.filter(({ type }) => type !== "Input").length,
    parameters: sum("parameters"),
    macs: sum("macs"),
    memory: sum("memory"),
  };
}

/** A table with a row a layer, and the totals. */
export function layerTable(rows: readonly SummaryRow[]): string {
  const totals = totalsOf(rows);
  return showTable(
    [
      { heading: "name" },
      { heading: "type" },
      { heading: "output shape" },
      { heading: "parameters", align: "right" },
      { heading: "MACs", align: "right" },
      { heading: "memory", align: "right" },
    ],
    rows.map(({ name, type, shape, ...costs }) => [name, type, showShape(shape), ...show(costs)]),
    ["", `${totals.layers} layers`, "", ...show(totals)],
  );
}

type Costs = Pick<SummaryRow, "parameters" | "macs" | "memory">;

function show({ parameters, macs, memory }: Costs): string[] {
  const count = (number: number) => number === 0 ? "" : showCount(number);
  return [count(parameters), count(macs), showBytes(memory)];
}
