/**
 * Reads the names of classes.
 *
 * @module
 */

/** The names in a text with one a line; empty lines at its end are none. */
export function readLabels(text: string): readonly string[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  while (lines.at(-1) === "") lines.pop();
  return lines;
}
