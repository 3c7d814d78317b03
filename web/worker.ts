/**
 * The page's worker: handles calls in sequence.
 *
 * @module
 */
/// <reference lib="webworker" />
import type { Progress, Reply, Request } from "./messages.ts";
import { Session } from "./session.ts";

const scope = self as unknown as DedicatedWorkerGlobalScope;
const session = new Session();
let last: Promise<void> = Promise.resolve();

scope.addEventListener("message", ({ data }: MessageEvent<Request>) => {
  last = last.then(() => answer(data));
});

async function answer({ id, call, parameters }: Request): Promise<void> {
  const reply = (message: Reply) => scope.postMessage(message);
  session.onProgress = (progress: Progress) => reply({ id, progress });
  try {
    const method = session[call] as (...parameters: unknown[]) => unknown;
    reply({ id, result: await method.apply(session, parameters) });
  } catch (error) {
    reply({ id, error: error instanceof Error ? error.message : String(error) });
  }
}
