/**
 * Decodes text files in the encodings that editors and shells write.
 *
 * @module
 */

/**
 * Decodes a file, without a byte order mark: UTF-16 by its mark (PowerShell's redirection writes
 * it), else UTF-8, or Windows-1252 if it is not valid UTF-8.
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

/** The variant of UTF-16 by the byte order mark; `undefined` without one. */
export function utf16Of([first, second]: Uint8Array): "utf-16le" | "utf-16be" | undefined {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : undefined;
}

/** The bytes of a text without trailing Ctrl-Zs and zeros. */
export function withoutTrailingBytes(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, bytes.findLastIndex((byte) => byte !== 0 && byte !== 0x1a) + 1);
}
