/**
 * A limit for what a layer has in numbers that its settings give, and that become nodes of their own.
 *
 * @module
 */

/** The most of them. */
const most = 512;

/** @throws {TypeError} if there are too many. */
export function expectFew(what: string, count: number): void {
  if (count <= most) return;
  throw new TypeError(`it has ${count} ${what}, but at most ${most} are supported`);
}
