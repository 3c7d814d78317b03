/**
 * Reference counting of programs.
 *
 * @module
 */
import type { Program } from "./engine.ts";

/** Destroys a program once it has been retired and its last run has ended. */
export class Lease<T extends { readonly program: Program }> {
  /** The program, once it is compiled. */
  readonly prepared: Promise<T>;
  #users = 0;
  #ended = false;

  constructor(prepared: Promise<T>) {
    this.prepared = prepared;
  }

  /** Whether no run uses it. */
  get isIdle(): boolean {
    return this.#users === 0;
  }

  /** The program, for a run that must call {@linkcode giveBack}. */
  take(): Promise<T> {
    this.#users++;
    return this.prepared;
  }

  /** Ends the use of a run. */
  giveBack(): void {
    this.#users--;
    this.#releaseIfUnused();
  }

  /** Retires the program: no run will take it any more. */
  end(): void {
    this.#ended = true;
    this.#releaseIfUnused();
  }

  #releaseIfUnused(): void {
    if (!this.#ended || this.#users > 0) return;
    this.prepared.then(({ program }) => program.destroy(), () => {});
  }
}
