/**
 * Writes JSON with numbers that JSON does not have.
 *
 * @module
 */

/** A value as JSON, in which infinities and NaN become strings rather than null. */
export function toJson(value: unknown, indent?: number): string {
  const write = (_: string, value: unknown) =>
    typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
  return JSON.stringify(value, write, indent);
}
