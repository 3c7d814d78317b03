/**
 * Shows the report that is embedded in its page.
 *
 * @module
 */
/// <reference lib="dom" />
import { render } from "preact";
import { useCallback, useMemo, useState } from "preact/hooks";
import { readReport, type Report } from "../lib/view/report.ts";
import { Explorer } from "./explorer.tsx";
import { StepPanel } from "./step_panel.tsx";
import { Legend } from "./legend.tsx";
import { Title } from "./title.tsx";

function ReportPage({ report }: { readonly report: Report }) {
  const { diagram, rows, totals, times, inspections } = report;
  const [selected, setSelected] = useState<number>();
  const select = useCallback(setSelected, []);
  const ms = useMemo(() => new Map(times?.steps), [report]);
  const timed = useMemo(() => rows.map((row) => ({ ...row, ms: ms.get(row.name) })), [report]);
  const step = selected === undefined ? undefined : diagram.steps[selected];
  return (
    <div class="page">
      <header>
        <span class="mark">kaffe</span>
        <Title
          {...report}
          inputs={report.inputs.map((name) => ({ name }))}
          device={times?.device}
        />
      </header>
      <div class="model-view report">
        <Explorer
          diagram={diagram}
          rows={timed}
          totals={totals}
          warnings={[]}
          selected={selected}
          onSelect={select}
        />
        <aside tabIndex={0} aria-label="The selected layer">
          {step === undefined ? <Legend diagram={diagram} /> : (
            <StepPanel
              step={step}
              inspection={inspections[selected!]}
              ms={ms.get(step.name)}
            />
          )}
        </aside>
      </div>
    </div>
  );
}

const report = readReport(document.getElementById("report")!.textContent!);
document.title = report.name || document.title;
render(<ReportPage report={report} />, document.getElementById("app")!);
