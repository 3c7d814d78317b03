/**
 * A limit for what a layer has in numbers that its settings or shapes give, and that become nodes of
 * their own.
 *
 * @module
 */

/** @throws {TypeError} if there are too many to be unrolled. */
export function expectFew(count: number, what: string, most = 512): void {
  if (count <= most) return;
  throw new TypeError(`it has ${count} ${what}, but at most ${most} are unrolled`);
}
