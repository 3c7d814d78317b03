/**
 * What somebody has given where something else is needed, in the words of a message.
 *
 * @module
 */

/** A word or a number as it is written; of what else there is only its kind: `[object Promise]`. */
export function said(value: unknown): string {
  return Object(value) === value
    ? Object.prototype.toString.call(value)
    : String(value).slice(0, 200);
}
