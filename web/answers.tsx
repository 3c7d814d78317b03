/**
 * What a network said of a picture.
 *
 * @module
 */
/// <reference lib="dom" />
import { showPercent } from "../lib/numbers.ts";
import { show } from "./histogram.tsx";
import type { Answer } from "./messages.ts";

/** Shows the best classes as bars, or what was found, and how long it took. */
export function Answers({ answer, ms }: {
  readonly answer: Answer;
  /** The median of several runs, when it is known. */
  readonly ms: number | undefined;
}) {
  const { classes, boxes, outputs } = answer;
  return (
    <div class="answers" aria-live="polite">
      {classes !== null && <Classes answer={answer} />}
      {boxes !== null && <Found answer={answer} />}
      {classes === null && boxes === null && (
        <p class="hint">
          It gives{" "}
          {outputs.map(({ name, shape }) => `${name} ${shape.join(" × ")}`).join(", ")}. Choose a
          layer to see its values.
        </p>
      )}
      <p class="timing">
        {ms === undefined ? showMs(answer.ms) : showMs(ms)} a run
        {ms !== undefined && <>, the first {showMs(answer.ms)}</>} on {answer.device}
      </p>
    </div>
  );
}

function Classes({ answer: { classes, probabilities } }: { readonly answer: Answer }) {
  const most = Math.max(...classes!.map(({ score }) => score));
  const least = Math.min(0, ...classes!.map(({ score }) => score));
  return (
    <ol class="classes">
      {classes!.map(({ index, label, score }) => (
        <li key={index}>
          <span class="label">{label ?? `class ${index}`}</span>
          <span class="score">{probabilities ? showPercent(score) : show(score)}</span>
          <meter
            min={0}
            max={1}
            value={probabilities ? score : (score - least) / (most - least || 1)}
            aria-hidden="true"
          />
        </li>
      ))}
    </ol>
  );
}

function Found({ answer: { boxes } }: { readonly answer: Answer }) {
  if (boxes!.length === 0) return <p class="hint">It found nothing.</p>;
  return (
    <ol class="found">
      {boxes!.slice(0, 12).map(({ index, label, score }, i) => (
        <li key={i}>
          <span class="label">{label ?? `class ${index}`}</span>
          <span class="score">{showPercent(score)}</span>
        </li>
      ))}
    </ol>
  );
}

function showMs(ms: number): string {
  return ms < 1000 ? `${ms.toPrecision(3)} ms` : `${(ms / 1000).toPrecision(3)} s`;
}
