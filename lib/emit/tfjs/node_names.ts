/**
 * Names that TensorFlow allows nodes to have.
 *
 * @module
 */

/** TensorFlow.js looks nodes up in plain objects, which inherit these names. */
const inherited = Object.getOwnPropertyNames(Object.prototype).map((name) => name.toLowerCase());

/** Makes unique names that start with a letter, a digit or a dot, and consist of these and `_-/`. */
export class NodeNames {
  readonly #counts = new Map(inherited.map((name) => [name, 1]));

  /** A name close to a given one, and unique even if case is ignored, as some tools do. */
  take(wanted: string): string {
    const allowed = wanted.replace(/[^A-Za-z0-9_.\-/]/gu, "_").replace(/^[^A-Za-z0-9.]+/, "") ||
      "value";
    for (;;) {
      const key = allowed.toLowerCase();
      const times = this.#counts.get(key) ?? 0;
      this.#counts.set(key, times + 1);
      if (times === 0) return allowed;
      const numbered = `${allowed}_${times}`;
      if (!this.#counts.has(numbered.toLowerCase())) {
        this.#counts.set(numbered.toLowerCase(), 1);
        return numbered;
      }
    }
  }
}
