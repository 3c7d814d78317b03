/**
 * Keeps a program while it is needed.
 *
 * @module
 */
import type { Program } from "./engine.ts";

/** Keeps a program until nobody will ask for it again and the last run has ended. */
export class Lease<T extends { readonly program: Program }> {
  /** The program, once it is made. */
  readonly prepared: Promise<T>;
  #users = 0;
  #ended = false;

  constructor(prepared: Promise<T>) {
    this.prepared = prepared;
  }

  /** Whether no run has it. */
  get isIdle(): boolean {
    return this.#users === 0;
  }

  /** The program, for a run that has to give it back. */
  take(): Promise<T> {
    this.#users++;
    return this.prepared;
  }

  /** Says that a run has ended. */
  giveBack(): void {
    this.#users--;
    this.#releaseIfUnused();
  }

  /** Says that nobody will ask again. */
  end(): void {
    this.#ended = true;
    this.#releaseIfUnused();
  }

  #releaseIfUnused(): void {
    if (!this.#ended || this.#users > 0) return;
    this.prepared.then(({ program }) => program.destroy(), () => {});
  }
}
