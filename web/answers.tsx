/**
 * The result of a run.
 *
 * @module
 */
/// <reference lib="dom" />
import type { ClassShare } from "../lib/answers/class_map.ts";
import { colourOf } from "../lib/answers/palette.ts";
import { showNumber, showPercent } from "../lib/numbers.ts";
import { Blobs } from "./blobs.tsx";
import type { Answer } from "./messages.ts";
import { Pixels } from "./pixels.tsx";

/** Further boxes and classes of pixels are not listed. */
const mostListed = 12;

/** Shows the best classes, the detected boxes, the class shares or the picture, and the run time. */
export function Answers({ answer, ms }: {
  readonly answer: Answer;
  /** The median of several runs, once it is known. */
  readonly ms: number | undefined;
}) {
  const { classes, boxes, classMap, rendering, outputs } = answer;
  const isUnderstood = [classes, boxes, classMap, rendering].some((part) => part !== null);
  return (
    <>
      {classes !== null && <Classes answer={answer} />}
      {boxes !== null && <Found answer={answer} />}
      {classMap !== null && <Shares shares={classMap.shares} />}
      {rendering !== null && <Pixels image={rendering} label="The output picture" />}
      {!isUnderstood && (
        <p class="hint">
          Outputs: <Blobs blobs={outputs} />. Select a layer to see its activations.
        </p>
      )}
      <p class="timing">
        {ms === undefined ? showMs(answer.ms) : showMs(ms)} per run
        {ms !== undefined && <>, the first {showMs(answer.ms)}</>} on {answer.device}
      </p>
    </>
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
          <span class="score">{probabilities ? showPercent(score) : showNumber(score)}</span>
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
  if (boxes!.length === 0) return <p class="hint">No objects were detected.</p>;
  return (
    <ol class="found">
      {boxes!.slice(0, mostListed).map(({ index, label, score }, i) => (
        <li key={i}>
          <span class="label">{label ?? `class ${index}`}</span>
          <span class="score">{showPercent(score)}</span>
        </li>
      ))}
    </ol>
  );
}

function Shares({ shares }: { readonly shares: readonly ClassShare[] }) {
  return (
    <ol class="found shares">
      {shares.slice(0, mostListed).map(({ index, label, share }) => (
        <li key={index}>
          <span
            class="swatch"
            style={{ backgroundColor: `rgb(${colourOf(index).join(" ")})` }}
            aria-hidden="true"
          />
          <span class="label">{label ?? `class ${index}`}</span>
          <span class="score">{showPercent(share)}</span>
        </li>
      ))}
    </ol>
  );
}

function showMs(ms: number): string {
  return ms < 1000 ? `${ms.toPrecision(3)} ms` : `${(ms / 1000).toPrecision(3)} s`;
}
