/**
 * Names from model files, made safe for TypeScript.
 *
 * @module
 */
import { printable } from "../printable.ts";

/**
 * A string literal on one line, with all that could end it or disguise it escaped, also the line
 * terminators of JavaScript that JSON allows.
 */
export function literal(text: string): string {
  return printable(JSON.stringify(text));
}

/** Words that cannot name a class, and names that the class itself uses. */
const reserved = new Set(
  ("arguments await break case catch class const continue debugger default delete do else enum " +
    "eval export extends false finally for function if implements import in instanceof interface " +
    "let new null package private protected public return static super switch this throw true " +
    "try typeof undefined var void while with yield any boolean number object string symbol " +
    "unknown never bigint Infinity NaN Network").split(" "),
);

/** An identifier for a class, as close to the name as possible: `VGG_ILSVRC16` for `VGG_ILSVRC 16`. */
export function className(name: string): string {
  const words = name.normalize("NFKD").split(/[^A-Za-z0-9_$]+/).filter((word) => word !== "");
  const joined = words.map((word, i) => i === 0 ? word : capitalise(word)).join("");
  const started = /^[A-Za-z_$]/.test(joined) ? joined : `Model${joined}`;
  const capital = capitalise(started);
  return reserved.has(started) || reserved.has(capital) ? `${capital}Model` : capital;
}

function capitalise(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
