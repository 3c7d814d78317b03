/**
 * Settings that are words.
 *
 * @module
 */

/**
 * What the word of a setting means.
 *
 * @throws {TypeError} with all words, if it is another one.
 */
export function meaningOf<Meaning>(
  setting: string,
  word: string,
  meanings: Readonly<Record<string, Meaning>>,
): Meaning {
  if (Object.hasOwn(meanings, word)) return meanings[word]!;
  const known = Object.keys(meanings).join(", ");
  throw new TypeError(`its ${setting} is ${JSON.stringify(word)}, not one of ${known}`);
}
