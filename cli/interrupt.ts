/**
 * Cleans up when the program is interrupted.
 *
 * @module
 */

/** What is undone on interruption, in the order of registration. */
const cleanUps = new Set<() => void>();

/** The signals that interrupt the program. Windows has no SIGTERM. */
const signals = [
  { signal: "SIGINT", listener: () => cleanUpAndExit(130) },
  {
    signal: Deno.build.os === "windows" ? "SIGBREAK" : "SIGTERM",
    listener: () => cleanUpAndExit(143),
  },
] as const;

/** @param code 128 and the number of the signal, as shells report it. */
function cleanUpAndExit(code: number): never {
  [...cleanUps].reverse().forEach((cleanUp) => cleanUp());
  Deno.exit(code);
}

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
