/**
 * Shows on a terminal how far a long task has come. In a pipe it says nothing.
 *
 * @module
 */
// @ts-types="@types/cli-progress"
import { SingleBar } from "cli-progress";

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
  const bar = new SingleBar({
    format: (_, { progress, value }) => {
      const filled = Math.round(progress * width);
      const line = "█".repeat(filled) + "░".repeat(width - filled);
      return `${task} ${line} ${show(value)} of ${show(total)}`;
    },
    clearOnComplete: true,
    // An interrupted program leaves the terminal as it was.
    linewrap: true,
    hideCursor: false,
  });
  bar.start(total, 0);
  return {
    update: (done) => bar.update(done),
    [Symbol.dispose]: () => bar.stop(),
  };
}

const width = 30;
