/**
 * Shows on a terminal how far a long task has come. In a pipe it says nothing.
 *
 * @module
 */
// @ts-types="@types/cli-progress"
import type { SingleBar } from "cli-progress";

/** A bar that grows until it is disposed of. */
export interface Progress extends Disposable {
  /** Says how much is done. */
  update(done: number): void;
}

/**
 * Starts a bar on standard error.
 *
 * @param task What is being done: `validating`.
 * @param total How much there is to do.
 * @param show How an amount is written.
 */
export function startProgress(
  task: string,
  total: number,
  show: (amount: number) => string = String,
): Progress {
  if (!Deno.stderr.isTerminal()) return { update() {}, [Symbol.dispose]() {} };
  let bar: SingleBar | undefined, last = 0, ended = false;
  // Drawn as soon as who draws it is loaded, which what is being done does not wait for.
  newBar(task, show).then((loaded) => {
    if (!ended) (bar = loaded).start(total, last);
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
