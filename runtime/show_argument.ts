/**
 * Shows wrong arguments in messages.
 *
 * @module
 */

/** A string or a number as it is written; anything else only by its kind: `[object Promise]`. */
export function showArgument(value: unknown): string {
  return Object(value) === value
    ? Object.prototype.toString.call(value)
    : String(value).slice(0, 200);
}
