/**
 * The page's side of the connection to its worker.
 *
 * @module
 */
/// <reference lib="dom" />
import type { Calls, Progress, Reply } from "./messages.ts";

/** A call without a reply yet. */
interface Waiting {
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

/** Calls a worker. */
export class Client {
  /** Receives the progress of the last call, and `null` when none is pending. */
  onProgress: (progress: Progress | null) => void = () => {};
  #worker: Worker | undefined;
  #next = 0;
  readonly #waiting = new Map<number, Waiting>();

  /**
   * Calls the worker. A frame is transferred to it.
   *
   * @throws {Error} with a message for the user, if the call fails.
   */
  call<Name extends keyof Calls>(
    call: Name,
    ...parameters: Parameters<Calls[Name]>
  ): Promise<ReturnType<Calls[Name]>> {
    this.#worker ??= this.#start();
    const worker = this.#worker, id = this.#next;
    this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      const transferred = parameters.filter((parameter) => parameter instanceof ImageBitmap);
      worker.postMessage({ id, call, parameters }, transferred);
    });
  }

  /** Aborts all calls, and drops the model. */
  stop(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#rejectAll(new Stopped());
  }

  #start(): Worker {
    const worker = new Worker(new URL("worker.js", document.baseURI), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<Reply>) => this.#receive(data));
    worker.addEventListener("error", ({ message }) => {
      worker.terminate();
      if (this.#worker === worker) this.#worker = undefined;
      // Without a message, its code was not even loaded.
      const error = message
        ? `Cannot continue: the worker stopped (${message})`
        : "Cannot start the worker: the server of this page does not answer; start it again";
      this.#rejectAll(new Error(error));
    });
    return worker;
  }

  #receive(reply: Reply): void {
    if ("progress" in reply) return this.onProgress(reply.progress);
    const { resolve, reject } = this.#waiting.get(reply.id)!;
    this.#waiting.delete(reply.id);
    if (this.#waiting.size === 0) this.onProgress(null);
    if ("error" in reply) reject(new Error(reply.error));
    else resolve(reply.result as never);
  }

  #rejectAll(error: Error): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    this.onProgress(null);
    for (const { reject } of waiting) reject(error);
  }
}

/** The rejection of aborted calls. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}
