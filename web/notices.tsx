/**
 * Notices: errors, warnings and progress.
 *
 * @module
 */
/// <reference lib="dom" />
import type { Progress } from "./messages.ts";

/** An error; one that cannot be closed is true as long as the model is open. */
export function ErrorNotice({ message, onClose }: {
  readonly message: string;
  readonly onClose?: () => void;
}) {
  const [first, ...rest] = message.split("\n");
  return (
    <div class="notice error" role="alert">
      <div>
        <p>{first}</p>
        {rest.length > 0 && <pre>{rest.join("\n")}</pre>}
      </div>
      {onClose && <button type="button" aria-label="Close" onClick={onClose}>×</button>}
    </div>
  );
}

/** Warnings, collapsed. */
export function Warnings({ messages }: { readonly messages: readonly string[] }) {
  if (messages.length === 0) return null;
  return (
    <details class="notice warnings">
      <summary>{messages.length === 1 ? "1 warning" : `${messages.length} warnings`}</summary>
      <ul>{messages.map((message, i) => <li key={i}>{message}</li>)}</ul>
    </details>
  );
}

/** The progress of a call. */
export function ProgressNotice({ progress, onStop }: {
  readonly progress: Progress;
  readonly onStop: () => void;
}) {
  return (
    <div class="progress" role="status">
      <span>{progress.task} …</span>
      <progress aria-label={progress.task} {...(progress.part && { value: progress.part })} />
      <button type="button" onClick={onStop}>Stop</button>
    </div>
  );
}
