/**
 * Reads the files that a command is given.
 *
 * @module
 */

/**
 * The bytes of a file.
 *
 * @throws {Error} that names the file and says why it cannot be read.
 */
export async function readFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
  return await Deno.readFile(path).catch((cause) => {
    throw new Error(`Cannot read ${path}: ${stateOf(cause)}`, { cause });
  });
}

/** The text of a file, without the mark that some editors put in front of it. */
export async function readTextFile(path: string): Promise<string> {
  return new TextDecoder().decode(await readFile(path));
}

/** What an error of the operating system says of a file. */
export function stateOf(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "there is no such file";
  if (error instanceof Deno.errors.IsADirectory) return "it is a folder";
  if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/ \(os error \d+\).*$/s, "").replace(/^[A-Z](?=[a-z])/, lowerCase);
}

function lowerCase(letter: string): string {
  return letter.toLowerCase();
}
