/**
 * Names from model files, made safe for TypeScript.
 *
 * @module
 */

/** A string as a literal that ends where it should, on one line, whatever the string holds. */
export function literal(text: string): string {
  return JSON.stringify(text).replace(invisible, escape);
}

/** What ends a line in JavaScript but not in JSON, and what makes text look like other text. */
const invisible = /[\u2028\u2029\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g;

function escape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** Words that cannot name a class, and names that the class needs for something else. */
const reserved = new Set(
  ("arguments await break case catch class const continue debugger default delete do else enum " +
    "eval export extends false finally for function if implements import in instanceof interface " +
    "let new null package private protected public return static super switch this throw true " +
    "try typeof undefined var void while with yield any boolean number object string symbol " +
    "unknown never bigint Infinity NaN Network").split(" "),
);

/** An identifier for a class, as near to the name as can be: `"VGG_ILSVRC 16"` is `VGG_ILSVRC16`. */
export function className(name: string): string {
  const words = name.normalize("NFKD").split(/[^A-Za-z0-9_$]+/).filter((word) => word !== "");
  const joined = words.map((word, i) => i === 0 ? word : capitalise(word)).join("");
  const started = /^[A-Za-z_$]/.test(joined) ? joined : joined === "" ? "Model" : `Model${joined}`;
  const capital = capitalise(started);
  return reserved.has(started) || reserved.has(capital) ? `${capital}Model` : capital;
}

function capitalise(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
