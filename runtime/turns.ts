/**
 * A lock for shared and exclusive actions.
 *
 * @module
 */

/** Runs shared actions concurrently, and exclusive ones alone, in the order of the calls. */
export class Turns {
  /** Settles when the last exclusive action has ended; `undefined` if there is none. */
  #alone: Promise<unknown> | undefined;
  /** Settles when every action has ended. */
  #all: Promise<unknown> = Promise.resolve();

  /** Runs a shared action: at once, or after the exclusive ones requested before. */
  together<T>(action: () => Promise<T>): Promise<T> {
    const result = this.#alone ? this.#alone.then(action) : action();
    // Does not retain the result.
    this.#all = Promise.allSettled([this.#all, result]).then(() => {});
    return result;
  }

  /** Runs an exclusive action after all requested before; later ones wait for it. */
  alone<T>(action: () => Promise<T>): Promise<T> {
    const result = this.#all.then(action);
    const ended = this.#all = this.#alone = result.then(() => {}, () => {}).then(() => {
      if (this.#alone === ended) this.#alone = undefined;
    });
    return result;
  }
}
