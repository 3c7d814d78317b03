/**
 * The whole page.
 *
 * @module
 */
/// <reference lib="dom" />
import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import { showCount } from "../lib/numbers.ts";
import { ActivationPanel } from "./activation_panel.tsx";
import { openDigits } from "./digits.ts";
import { Drawing } from "./drawing.tsx";
import { Legend } from "./legend.tsx";
import { LayerTable } from "./layer_table.tsx";
import type { Inspection, Opened } from "./messages.ts";
import { ErrorNotice, NoWebGpu, ProgressNotice, Warnings } from "./notices.tsx";
import { RunPanel } from "./run_panel.tsx";
import { SaveMenu } from "./save_menu.tsx";
import { StepPanel } from "./step_panel.tsx";
import { hasWebGpu, type PageModel, useModel } from "./use_model.ts";
import { FileButton, Welcome } from "./welcome.tsx";

/** The page: a welcome, or a model. */
export function App() {
  const model = useModel();
  const isOver = useDrop(model.take);
  const { opened, error, progress } = model;
  return (
    <div class={isOver ? "page over" : "page"}>
      <header>
        <span class="mark">kaffe</span>
        {opened !== undefined && <Title opened={opened} />}
        {opened !== undefined && (
          <>
            <FileButton onFiles={model.take}>Open</FileButton>
            <SaveMenu isTrained={model.canRun} onSave={model.save} />
            <button type="button" onClick={model.close}>Close</button>
          </>
        )}
      </header>
      {!hasWebGpu && <NoWebGpu />}
      {error !== undefined && (
        <ErrorNotice
          message={error}
          onClose={() => model.setError(undefined)}
        />
      )}
      {opened === undefined
        ? (
          <Welcome
            onFiles={model.take}
            onDigits={() => openDigits().then(model.open, (error) => model.setError(error.message))}
          />
        )
        : <ModelView model={model} opened={opened} />}
      {progress !== null && <ProgressNotice progress={progress} onStop={model.close} />}
    </div>
  );
}

function Title({ opened: { name, inputs, outputs, totals } }: { readonly opened: Opened }) {
  return (
    <div class="model">
      <h1>{name || "A network without a name"}</h1>
      <p>
        {inputs.map(({ name, shape }) => `${name} ${shape.join(" × ")}`).join(", ")}
        {" → "}
        {outputs.join(", ")}
        <span>{totals.layers} layers</span>
        <span>{showCount(totals.parameters)} parameters</span>
        <span>{showCount(totals.macs)} MACs</span>
      </p>
    </div>
  );
}

function ModelView({ model, opened }: { readonly model: PageModel; readonly opened: Opened }) {
  const { diagram, rows, totals, warnings } = opened;
  const [view, setView] = useState<"drawing" | "layers">("drawing");
  const [search, setSearch] = useState("");
  const { selected, select, inspection } = useSelection(model, opened);
  const steps = useMemo(() => {
    return new Map(diagram.steps.map(({ name }, i) => [name, i]));
  }, [diagram]);
  const step = selected === undefined ? undefined : diagram.steps[selected];
  const blob = step?.blobs[0];
  return (
    <div class="model-view">
      <aside>
        <RunPanel model={model} opened={opened} />
      </aside>
      <main>
        <div class="bar">
          <div class="tabs" role="group" aria-label="View">
            <button
              type="button"
              aria-pressed={view === "drawing"}
              onClick={() => setView("drawing")}
            >
              Drawing
            </button>
            <button
              type="button"
              aria-pressed={view === "layers"}
              onClick={() => setView("layers")}
            >
              Layers
            </button>
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
          <Warnings messages={warnings} />
        </div>
        {view === "drawing"
          ? <Drawing diagram={diagram} selected={selected} onSelect={select} />
          : (
            <LayerTable
              rows={rows.map((row) => ({ ...row, step: steps.get(row.name) }))}
              totals={totals}
              search={search}
              selected={selected}
              onSelect={select}
            />
          )}
      </main>
      <aside>
        {step === undefined
          ? <Legend diagram={diagram} />
          : <StepPanel step={step} inspection={inspection} />}
        {step !== undefined && model.run !== undefined && (
          blob === undefined
            ? <p class="panel hint">The layer after it works in place, on what it gave.</p>
            : <ActivationPanel blob={blob} run={model.run.count} look={model.show} />
        )}
        <p class="unseen" role="status">{step && `${step.name}, ${step.type}`}</p>
      </aside>
    </div>
  );
}

/** Which step is chosen, and what its weights are. */
function useSelection(model: PageModel, opened: Opened) {
  const [selected, select] = useState<number>();
  const [inspection, setInspection] = useState<Inspection>();
  useEffect(() => select(undefined), [opened]);
  useEffect(() => {
    setInspection(undefined);
    let isWanted = true;
    if (selected !== undefined) {
      model.inspect(selected).then((found) => isWanted && setInspection(found), () => {});
    }
    return () => {
      isWanted = false;
    };
  }, [selected]);
  return { selected, select: useCallback(select, []), inspection };
}

/** Takes files that are dropped anywhere, and says whether some are over the page. */
function useDrop(onFiles: (files: Iterable<File>) => void): boolean {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const over = (event: DragEvent) => {
      event.preventDefault();
      setOver(true);
    };
    const leave = ({ relatedTarget }: DragEvent) => {
      if (relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      event.preventDefault();
      setOver(false);
      onFiles([...event.dataTransfer?.files ?? []]);
    };
    addEventListener("dragover", over);
    addEventListener("dragleave", leave);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", over);
      removeEventListener("dragleave", leave);
      removeEventListener("drop", drop);
    };
  }, [onFiles]);
  return isOver;
}
