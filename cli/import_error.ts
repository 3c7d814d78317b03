/**
 * The messages of errors from loading a module.
 *
 * @module
 */
import { stripVTControlCharacters } from "node:util";

/** The message of an error, without Deno's colours, and with its position indented by two. */
export function importError(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return stripVTControlCharacters(message).replace(/\n\s+at /g, "\n  at ");
}

/** Whether a package could not be fetched. */
export function isFetchFailure(error: unknown): boolean {
  return error instanceof Error &&
    /npm package|npm:|error sending request|registry|^Import '/.test(error.message);
}
