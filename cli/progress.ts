/**
 * Shows the progress of a long task on a terminal; nothing is shown in a pipe.
 *
 * @module
 */
// @ts-types="@types/cli-progress"
import type { SingleBar } from "cli-progress";

/** A progress bar, removed when it is disposed of. */
export interface Progress extends Disposable {
  /** Sets the amount that is done. */
  update(done: number): void;
}

/**
 * Starts a bar on standard error.
 *
 * @param task The name of the task: `validating`.
 * @param total The total amount of work; `Infinity` if it is not known.
 * @param show Formats an amount.
 */
export function startProgress(
  task: string,
  total: number,
  show: (amount: number) => string = String,
): Progress {
  if (!Deno.stderr.isTerminal()) return { update() {}, [Symbol.dispose]() {} };
  let bar: SingleBar | undefined, last = 0, ended = false;
  // The bar appears when its package is loaded; the task does not wait for that.
  newBar(task, show).then((loaded) => {
    if (ended) return;
    loaded.start(total, last);
    bar = loaded;
  });
  return {
    update(done) {
      last = done;
      bar?.update(done);
    },
    [Symbol.dispose]() {
      ended = true;
      bar?.stop();
    },
  };
}

async function newBar(task: string, show: (amount: number) => string): Promise<SingleBar> {
  const { SingleBar } = await import("cli-progress");
  return new SingleBar({
    format: (_, { progress, value, total }) => {
      if (total === Infinity) return `${task} ${show(value)}`;
      const filled = Math.round(progress * width);
      const line = "█".repeat(filled) + "░".repeat(width - filled);
      return `${task} ${line} ${show(value)} of ${show(total)}`;
    },
    clearOnComplete: true,
    // An interrupted program leaves the terminal as it was.
    linewrap: true,
    hideCursor: false,
  });
}

const width = 30;
