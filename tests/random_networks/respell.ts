/**
 * Rewrites a prototxt in an equivalent spelling, with all variations of protobuf's text format.
 *
 * @module
 */
import type { Random } from "../random.ts";

/** A string, a brace, a colon, or a word: the name of a field, or a value. */
const token = /"(?:[^"\\]|\\.)*"|[{}]|:|[^\s{}:"]+/g;

/** Numbers of the enums that random networks use, by their names. */
const enums: ReadonlyMap<string, number> = new Map([
  ["MAX", 0],
  ["AVE", 1],
  ["WITHIN_CHANNEL", 1],
  ["CAFFE", 1],
  ["ASUM", 2],
  ["SUMSQ", 3],
  ["MEAN", 4],
]);

/** The same message in a random spelling. Enum names with different numbers in two fields are kept. */
export function respell(prototxt: string, random: Random): string {
  const maybe = (chance: number) => random.next() < chance;
  const gap = () =>
    random.pick([" ", " ", "\n", "\r\n", "\t", "  ", " # a \"comment' {\n", "\v\f"]);
  const closers: string[] = [];
  let text = maybe(0.2) ? "\ufeff" : "", field = "";
  const words = prototxt.match(token)!;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!, next = words[i + 1];
    if (word === "{") {
      const isAngled = maybe(0.3);
      closers.push(isAngled ? ">" : "}");
      text += (maybe(0.2) ? ":" : "") + gap() + (isAngled ? "<" : "{") + gap();
    } else if (word === "}") {
      text += gap() + closers.pop() + random.pick(["", "", ";", ","]) + gap();
    } else if (word === ":") {
      text += (maybe(0.2) ? gap() : "") + ":" + (maybe(0.8) ? gap() : "");
    } else if (next === ":" || next === "{") {
      field = word;
      text += field;
    } else {
      const value = word.startsWith('"')
        ? respellString(word, random)
        : respellScalar(word, field, random);
      text += (lists.test(field) && maybe(0.2) ? `[${gap()}${value}${gap()}]` : value) +
        random.pick([" ", ";", ",", "\n"]) + gap();
    }
  }
  return text;
}

/** The fields that are repeated in all layers. */
const lists = /^(dim|bottom|top|order|slice_point|coeff)$/;

/** Floating-point fields, whose values may be integers, but only in decimal. */
const reals = /^(alpha|base|beta|coeff|k|pad_value|power|scale_factor|shift)$/;

function respellString(quoted: string, random: Random): string {
  const inside = quoted.slice(1, -1);
  const cut = random.below(inside.length + 1);
  const parts = random.next() < 0.2 ? [inside.slice(0, cut), inside.slice(cut)] : [inside];
  return parts.map((part) => {
    const quote = random.pick(['"', "'"]);
    const letters = [...part].map((letter) => {
      const code = letter.charCodeAt(0);
      if (random.next() < 0.9) return letter;
      return random.pick([
        `\\x${code.toString(16)}`,
        `\\${code.toString(8).padStart(3, "0")}`,
        `\\u${code.toString(16).padStart(4, "0")}`,
      ]);
    });
    return quote + letters.join("") + quote;
  }).join(random.pick(["", " ", "\n# between\n"]));
}

function respellScalar(word: string, field: string, random: Random): string {
  if (random.next() < 0.5) return word;
  if (word === "true") return random.pick(["True", "t", "1"]);
  if (word === "false") return random.pick(["False", "f", "0"]);
  const number = enums.get(word);
  if (number !== undefined && field !== "operation") return String(number);
  if (word.includes(".")) {
    const value = Number(word);
    return random.pick([`${value}f`, value.toExponential(), `${value.toFixed(8)}F`, word]);
  }
  const whole = /^(-?)([1-9]\d*)$/.exec(word);
  if (whole === null || reals.test(field)) return word;
  const [, sign, digits] = whole;
  return random.pick([
    `${sign}0x${Number(digits).toString(16)}`,
    `${sign}0${Number(digits).toString(8)}`,
    sign ? `- ${digits}` : word,
  ]);
}
