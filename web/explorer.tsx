/**
 * The view of a network: as a drawing, or as a list of layers.
 *
 * @module
 */
/// <reference lib="dom" />
import { type Dispatch, type StateUpdater, useMemo, useState } from "preact/hooks";
import { showAmount } from "../lib/numbers.ts";
import type { Totals } from "../lib/summary.ts";
import type { Diagram } from "../lib/view/diagram.ts";
import { Drawing } from "./drawing.tsx";
import { LayerTable, type Row } from "./layer_table.tsx";
import { Warnings } from "./notices.tsx";

interface ExplorerProps {
  readonly diagram: Diagram;
  readonly rows: readonly Row[];
  readonly totals: Totals;
  readonly warnings: readonly string[];
  readonly selected: number | undefined;
  readonly onSelect: Dispatch<StateUpdater<number | undefined>>;
}

/** Shows the drawing or the list. Searching for a layer switches to the list. */
export function Explorer({ diagram, rows, totals, warnings, selected, onSelect }: ExplorerProps) {
  const [view, setView] = useState<"drawing" | "layers">("drawing");
  const [search, setSearch] = useState("");
  const steps = useMemo(() => {
    return new Map(diagram.steps.map(({ name }, i) => [name, i]));
  }, [diagram]);
  const found = useMemo(() => rows.filter((row) => matches(row, search)), [rows, search]);
  const tab = (to: typeof view, name: string) => (
    <button
      type="button"
      aria-pressed={view === to}
      onClick={() => setView(to)}
    >
      {name}
    </button>
  );
  return (
    <main>
      <div class="bar">
        <div class="tabs" role="group" aria-label="View">
          {tab("drawing", "Drawing")}
          {tab("layers", "Layers")}
        </div>
        <input
          type="search"
          placeholder="Find a layer"
          aria-label="Find a layer"
          value={search}
          onInput={({ currentTarget }) => {
            setSearch(currentTarget.value);
            if (currentTarget.value !== "") setView("layers");
          }}
        />
        <p class="unseen" role="status">
          {search && `${showAmount(found.length, "layer")} found`}
        </p>
        <Warnings messages={warnings} />
      </div>
      {view === "drawing"
        ? <Drawing diagram={diagram} selected={selected} onSelect={onSelect} />
        : (
          <LayerTable
            rows={rows}
            totals={totals}
            search={search}
            found={found}
            steps={steps}
            selected={selected}
            onSelect={onSelect}
          />
        )}
    </main>
  );
}

/** Whether the name or the type of a layer contains the text of a search. */
function matches({ name, type }: Row, search: string): boolean {
  const wanted = search.trim().toLowerCase();
  return name.toLowerCase().includes(wanted) || type.toLowerCase().includes(wanted);
}
