/**
 * Refuses options that JavaScript callers may get wrong: unknown names and words, and values of the
 * wrong type.
 *
 * @module
 */
import { suggest } from "../proto/suggest.ts";

/** All options of an action. */
export type AllOptions<Options> = Readonly<Record<keyof Options, true>>;

/**
 * Refuses an unknown option. It must not be ignored: the answers would be wrong.
 *
 * @param doing The action that fails, for the message: `"convert the network"`.
 * @param known All options that there are.
 */
export function expectNames<Options extends object>(
  doing: string,
  options: Options,
  known: AllOptions<Options>,
): void {
  const names = Object.keys(known);
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  const hint = suggest(unknown, names);
  const all = names.length === 1 ? `only ${names[0]}` : `the options are ${names.join(", ")}`;
  throw new TypeError(`Cannot ${doing}: there is no option "${unknown}"${hint}; ${all}`);
}

/**
 * Refuses a word that is not among `known`; `undefined` is fine.
 *
 * @param doing The action that fails, for the message: `"convert the network"`.
 */
export function expectWord(
  doing: string,
  option: string,
  word: unknown,
  known: readonly string[],
): void {
  if (word === undefined || known.includes(word as string)) return;
  const near = known.find((one) => one.toLowerCase() === String(word).toLowerCase());
  const hint = near === undefined ? suggest(String(word), known) : ` (did you mean "${near}"?)`;
  const all = known.map((word) => `"${word}"`).join(", ");
  expect(false, doing, option, word, `one of ${all}${hint}`);
}

/**
 * Refuses an option's value unless `isRight`.
 *
 * @param doing The action that fails, for the message: `"convert the network"`.
 * @param what What it must be: `"an array"`.
 */
export function expect(
  isRight: boolean,
  doing: string,
  option: string,
  given: unknown,
  what: string,
): void {
  if (isRight) return;
  throw new TypeError(`Cannot ${doing}: ${option} is ${show(given)}, but must be ${what}`);
}

/** A value in a message, shortened. */
function show(value: unknown): string {
  const text = typeof value === "number" ? `${value}` : JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)} …` : text;
}
