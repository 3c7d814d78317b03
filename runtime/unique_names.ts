/**
 * Makes names unique.
 *
 * @module
 */

/** Names that are taken. */
export class UniqueNames {
  /** How often each name was requested, so that the next free number is found at once. */
  readonly #counts: Map<string, number>;

  /** @param taken Names that are taken already. */
  constructor(taken: Iterable<string> = []) {
    this.#counts = new Map([...taken].map((name) => [name, 1]));
  }

  /** Takes the name, or the name with a number if it is taken. */
  take(name: string): string {
    let count = this.#counts.get(name) ?? 0;
    let unique = count === 0 ? name : `${name}_${count}`;
    while (this.#counts.has(unique)) unique = `${name}_${++count}`;
    this.#counts.set(name, count + 1);
    if (unique !== name) this.#counts.set(unique, 1);
    return unique;
  }
}
