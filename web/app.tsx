/**
 * The whole page.
 *
 * @module
 */
/// <reference lib="dom" />
import { useCallback, useEffect, useState } from "preact/hooks";
import type { Inspection } from "../lib/view/inspection.ts";
import { ActivationPanel } from "./activation_panel.tsx";
import { openDigits } from "./digits.ts";
import { accepted } from "./dropped.ts";
import { Explorer } from "./explorer.tsx";
import { FileButton } from "./file_button.tsx";
import { GpuNotice } from "./gpu_notice.tsx";
import { Legend } from "./legend.tsx";
import type { Opened } from "./messages.ts";
import { ErrorNotice, ProgressNotice } from "./notices.tsx";
import { RunPanel } from "./run_panel.tsx";
import { SaveMenu } from "./save_menu.tsx";
import { StepPanel } from "./step_panel.tsx";
import { Title } from "./title.tsx";
import { type PageModel, useModel } from "./use_model.ts";
import { Welcome } from "./welcome.tsx";

/** The page: a welcome, or a model. */
export function App() {
  const model = useModel();
  const isOver = useDrop(model.take);
  const { opened, error, progress } = model;
  return (
    <div class={isOver ? "page over" : "page"}>
      <header>
        <span class="mark">kaffe</span>
        {opened !== undefined && (
          <>
            <Title {...opened} />
            <FileButton multiple accept={accepted} onFiles={model.take}>Open</FileButton>
            <SaveMenu isTrained={model.canRun} onSave={model.save} />
            <button type="button" onClick={model.close}>Close</button>
          </>
        )}
      </header>
      <GpuNotice />
      {error !== undefined && (
        <ErrorNotice
          message={error}
          onClose={() => model.setError(undefined)}
        />
      )}
      {typeof opened?.problem === "string" && <ErrorNotice message={opened.problem} />}
      {opened === undefined
        ? (
          <Welcome
            picture={model.picture}
            onFiles={model.take}
            onDigits={() => openDigits().then(model.open, (error) => model.setError(error.message))}
          />
        )
        : <ModelView model={model} opened={opened} />}
      {progress !== null && <ProgressNotice progress={progress} onStop={model.stop} />}
    </div>
  );
}

function ModelView({ model, opened }: { readonly model: PageModel; readonly opened: Opened }) {
  const { diagram, rows, totals, warnings } = opened;
  const { selected, select, inspection } = useSelection(model, opened);
  const step = selected === undefined ? undefined : diagram.steps[selected];
  const blob = step?.blobs[0];
  return (
    <div class="model-view">
      <aside tabIndex={0} aria-label="Running">
        <RunPanel model={model} opened={opened} />
      </aside>
      <Explorer
        diagram={diagram}
        rows={rows}
        totals={totals}
        warnings={warnings}
        selected={selected}
        onSelect={select}
      />
      <aside tabIndex={0} aria-label="The selected layer">
        {step === undefined
          ? <Legend diagram={diagram} />
          : <StepPanel step={step} inspection={inspection} />}
        {step !== undefined && model.run !== undefined && (
          blob === undefined
            ? <p class="panel hint">A later layer overwrites its output in place.</p>
            : <ActivationPanel blob={blob} run={model.run.count} load={model.show} />
        )}
      </aside>
    </div>
  );
}

/** The selected step, and its weights. */
function useSelection(model: PageModel, opened: Opened) {
  const [selected, select] = useState<number>();
  const [inspection, setInspection] = useState<Inspection>();
  useEffect(() => select(undefined), [opened]);
  useEffect(() => {
    setInspection(undefined);
    let isWanted = true;
    if (selected !== undefined) {
      model.inspect(selected).then((found) => {
        if (isWanted) setInspection(found);
      });
    }
    return () => {
      isWanted = false;
    };
  }, [selected]);
  return { selected, select: useCallback(select, []), inspection };
}

/** Handles files dropped anywhere, and returns whether files are being dragged over the page. */
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
