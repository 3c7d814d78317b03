/**
 * The layers of a network as a table.
 *
 * @module
 */
/// <reference lib="dom" />
import { showBytes, showCount, showLayers } from "../lib/numbers.ts";
import type { SummaryRow, Totals } from "../lib/summary.ts";

/** A row, and the index of its step in the drawing, if there is one. */
export interface Row extends SummaryRow {
  readonly step: number | undefined;
  /** The time of one run in milliseconds, where it was measured. */
  readonly ms?: number | undefined;
}

interface LayerTableProps {
  readonly rows: readonly Row[];
  readonly totals: Totals;
  /** Only rows whose name or type contains this text are shown. */
  readonly search: string;
  readonly selected: number | undefined;
  readonly onSelect: (step: number) => void;
}

/** Lists layers and their costs. */
export function LayerTable({ rows, totals, search, selected, onSelect }: LayerTableProps) {
  const shown = rows.filter((row) => matches(row, search));
  const most = rows.reduce((most, { macs }) => Math.max(most, macs), 1);
  const timed = rows.some(({ ms }) => ms !== undefined);
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
            {timed && <th scope="col" class="number">Time</th>}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr
              key={row.name}
              class={row.step !== undefined && row.step === selected ? "selected" : ""}
            >
              <th scope="row">
                {row.step === undefined
                  ? <span title="This layer is merged into other steps.">{row.name}</span>
                  : (
                    <button
                      type="button"
                      class="link"
                      title={row.name}
                      aria-pressed={row.step === selected}
                      onClick={() => onSelect(row.step!)}
                    >
                      {row.name}
                    </button>
                  )}
              </th>
              <td>{row.type}</td>
              <td class="shape">{row.shape.join(" × ")}</td>
              <td class="number">{row.parameters > 0 && showCount(row.parameters)}</td>
              <td class="number">
                {row.macs > 0 && (
                  <>
                    <meter class="share" min={0} max={most} value={row.macs} aria-hidden="true" />
                    <span>{showCount(row.macs)}</span>
                  </>
                )}
              </td>
              <td class="number">{showBytes(row.memory)}</td>
              {timed && <td class="number">{row.ms !== undefined && `${row.ms.toFixed(2)} ms`}</td>}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{showLayers(totals.layers)}</th>
            <td />
            <td />
            <td class="number">{showCount(totals.parameters)}</td>
            <td class="number">{showCount(totals.macs)}</td>
            <td class="number">{showBytes(totals.memory)}</td>
            {timed && <td class="number">{allTime.toFixed(2)} ms</td>}
          </tr>
        </tfoot>
      </table>
      {timed && <p class="hint">A layer without a time runs as part of another layer.</p>}
      {shown.length === 0 && <p class="hint">No layer matches “{search}”.</p>}
    </div>
  );
}

/** Whether a layer matches a search. */
export function matches({ name, type }: SummaryRow, search: string): boolean {
  const wanted = search.trim().toLowerCase();
  return name.toLowerCase().includes(wanted) || type.toLowerCase().includes(wanted);
}
