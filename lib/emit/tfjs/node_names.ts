/**
 * Names that TensorFlow allows nodes to have.
 *
 * @module
 */

/** TensorFlow.js looks nodes up in objects, where these names mean something already. */
const inherited = Object.getOwnPropertyNames(Object.prototype).map((name) => name.toLowerCase());

/** Makes names that start with a letter or digit, have only letters, digits and `_.-/`, and differ. */
export class NodeNames {
  readonly #counts = new Map(inherited.map((name) => [name, 1]));

  /** A name like the wanted one. TensorFlow tells names apart that differ in case; some tools do not. */
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
