/**
 * The letters of text files as editors and shells write them.
 *
 * @module
 */

/**
 * The text of a file, without the mark that may stand in front: UTF-16 where the mark says so, as
 * Windows' shell writes what is sent to a file; else UTF-8, or if it is none, Windows' own letters.
 */
export function decodeText(bytes: Uint8Array): string {
  const utf16 = utf16Of(bytes);
  if (utf16 !== undefined) return new TextDecoder(utf16).decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** Which of the two forms of UTF-16 a file starts as, if it does. */
export function utf16Of([first, second]: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : undefined;
}
