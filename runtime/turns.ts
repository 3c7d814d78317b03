/**
 * Lets what disturbs others go on alone.
 *
 * @module
 */

/** Things that go on together, and things of which each has a turn of its own. */
export class Turns {
  /** Ends when all that is to go on alone has ended; `undefined` if nothing is. */
  #alone: Promise<unknown> | undefined;
  /** Ends when everything has ended. */
  #all: Promise<unknown> = Promise.resolve();

  /** Does something beside others: at once, or after all that was to go on alone before. */
  together<T>(action: () => Promise<T>): Promise<T> {
    const result = this.#alone ? this.#alone.then(action) : action();
    // Nobody keeps what came out of it.
    this.#all = Promise.allSettled([this.#all, result]).then(() => {});
    return result;
  }

  /** Does something when all that was asked for before has ended; what is asked for later waits. */
  alone<T>(action: () => Promise<T>): Promise<T> {
    const result = this.#all.then(action);
    const ended = this.#all = this.#alone = result.then(() => {}, () => {}).then(() => {
      if (this.#alone === ended) this.#alone = undefined;
    });
    return result;
  }
}
