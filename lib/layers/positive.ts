/**
 * Settings that must be above 0.
 *
 * @module
 */

/** @throws {TypeError} with the first of some settings that is missing, or not above 0. */
export function expectPositive(settings: Readonly<Record<string, number | undefined>>): void {
  for (const [name, value = 0] of Object.entries(settings)) {
    if (value > 0) continue;
    throw new TypeError(`its ${name} is ${value || "0 or missing"}, but it must be above 0`);
  }
}
