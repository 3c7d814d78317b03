/**
 * The error of an invalid command line.
 *
 * @module
 */

/** An invalid command line, found before any work is done. The program exits with code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
