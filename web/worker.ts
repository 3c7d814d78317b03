/**
 * The page's worker: handles calls in sequence.
 *
 * @module
 */
/// <reference lib="webworker" />
import { loadAllCode } from "./code.ts";
import type { Progress, Reply, Request } from "./messages.ts";
import { Session } from "./session.ts";

const scope = self as unknown as DedicatedWorkerGlobalScope;
const session = new Session();
let last: Promise<void> = Promise.resolve();
/** The timer that ends when there was no call for some time. */
let idle: number | undefined;

scope.addEventListener("message", ({ data }: MessageEvent<Request>) => {
  scope.clearTimeout(idle);
  const answered = last.then(() => answer(data));
  last = answered;
  answered.then(() => {
    if (answered === last) idle = scope.setTimeout(loadAllCode, 500);
  });
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
