/**
 * What somebody has given where something else is needed, in the words of a message.
 *
 * @module
 */

/** What a value is: `null`, `"tpu"`, `a Promise`, `an Array`. */
export function said(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 99));
  const kind = kindOf(value);
  if (/^(Undefined|Null|Boolean|Number)$/.test(kind)) return String(value);
  return `${/^[AEIOU]/.test(kind) ? "an" : "a"} ${kind}`;
}

/** The name of a value's kind, wherever it was made: in another frame it is no `instanceof`. */
export function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}
