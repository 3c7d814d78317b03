/**
 * Cleans up when the program is interrupted.
 *
 * @module
 */

/** What is undone on interruption, in the order of registration. */
const cleanUps = new Set<() => void>();

const other = Deno.build.os === "windows" ? "SIGBREAK" : "SIGTERM";

/** The signals that interrupt the program, with its exit codes. */
const signals = ([["SIGINT", 130], [other, 143]] as const).map(([signal, code]) => {
  const listener = () => {
    [...cleanUps].reverse().forEach((cleanUp) => cleanUp());
    Deno.exit(code);
  };
  return { signal, listener };
});

/**
 * Until disposed of, cleans up and exits when the program is interrupted. What is registered last is
 * cleaned up first.
 */
export function onInterrupt(cleanUp: () => void): Disposable {
  if (cleanUps.size === 0) {
    for (const { signal, listener } of signals) Deno.addSignalListener(signal, listener);
  }
  cleanUps.add(cleanUp);
  return {
    [Symbol.dispose]() {
      if (!cleanUps.delete(cleanUp) || cleanUps.size > 0) return;
      for (const { signal, listener } of signals) Deno.removeSignalListener(signal, listener);
    },
  };
}
