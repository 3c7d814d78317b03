/**
 * Says that a command was called in a way that it does not understand.
 *
 * @module
 */

/** The command line is wrong, and nothing was done. Ends the program with exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
