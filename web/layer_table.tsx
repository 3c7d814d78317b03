/**
 * The layers of a network as a table.
 *
 * @module
 */
/// <reference lib="dom" />
import { showAmount, showBytes, showCount } from "../lib/numbers.ts";
import type { SummaryRow, Totals } from "../lib/summary.ts";

/** A row. */
export interface Row extends SummaryRow {
  /** The time of one run in milliseconds, where it was measured. */
  readonly ms?: number | undefined;
}

interface LayerTableProps {
  readonly rows: readonly Row[];
  readonly totals: Totals;
  readonly search: string;
  /** The rows that the search has found; only these are shown. */
  readonly found: readonly Row[];
  /** By the name of a layer, the index of its step in the drawing, if there is one. */
  readonly steps: ReadonlyMap<string, number>;
  readonly selected: number | undefined;
  readonly onSelect: (step: number) => void;
}

/** Lists layers and their costs. */
export function LayerTable(
  { rows, totals, search, found, steps, selected, onSelect }: LayerTableProps,
) {
  const mostMacs = rows.reduce((most, { macs }) => Math.max(most, macs), 1);
  const isTimed = rows.some(({ ms }) => ms !== undefined);
  const allTime = rows.reduce((sum, { ms = 0 }) => sum + ms, 0);
  return (
    <div class="table" tabIndex={0} role="region" aria-label="Layers">
      <table>
        <thead>
          <tr>
            <th scope="col">Layer</th>
            <th scope="col">Type</th>
            <th scope="col">Output</th>
            <th scope="col" class="number">Parameters</th>
            <th scope="col" class="number">MACs</th>
            <th scope="col" class="number">Memory</th>
            {isTimed && <th scope="col" class="number">Time</th>}
          </tr>
        </thead>
        <tbody>
          {found.map((row) => (
            <LayerRow
              key={row.name}
              row={row}
              step={steps.get(row.name)}
              selected={selected}
              mostMacs={mostMacs}
              isTimed={isTimed}
              onSelect={onSelect}
            />
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{showAmount(totals.layers, "layer")}</th>
            <td />
            <td />
            <td class="number">{showCount(totals.parameters)}</td>
            <td class="number">{showCount(totals.macs)}</td>
            <td class="number">{showBytes(totals.memory)}</td>
            {isTimed && <td class="number">{allTime.toFixed(2)} ms</td>}
          </tr>
        </tfoot>
      </table>
      {isTimed && <p class="hint">A layer without a time runs as part of another layer.</p>}
      {found.length === 0 && <p class="hint">No layer matches “{search}”.</p>}
    </div>
  );
}

function LayerRow({ row, step, selected, mostMacs, isTimed, onSelect }: {
  readonly row: Row;
  /** The index of its step in the drawing, if there is one. */
  readonly step: number | undefined;
  readonly selected: number | undefined;
  /** The MACs of the costliest layer, for the meter. */
  readonly mostMacs: number;
  readonly isTimed: boolean;
  readonly onSelect: (step: number) => void;
}) {
  const { name, type, shape, parameters, macs, memory, ms } = row;
  const isSelected = step !== undefined && step === selected;
  return (
    <tr class={isSelected ? "selected" : ""}>
      <th scope="row">
        {step === undefined
          ? <span title="This layer is merged into other steps.">{name}</span>
          : (
            <button
              type="button"
              class="link"
              title={name}
              aria-pressed={isSelected}
              onClick={() => onSelect(step)}
            >
              {name}
            </button>
          )}
      </th>
      <td>{type}</td>
      <td class="shape">{shape.join(" × ")}</td>
      <td class="number">{parameters > 0 && showCount(parameters)}</td>
      <td class="number">
        {macs > 0 && (
          <>
            <meter class="share" min={0} max={mostMacs} value={macs} aria-hidden="true" />
            <span>{showCount(macs)}</span>
          </>
        )}
      </td>
      <td class="number">{showBytes(memory)}</td>
      {isTimed && <td class="number">{ms !== undefined && `${ms.toFixed(2)} ms`}</td>}
    </tr>
  );
}
