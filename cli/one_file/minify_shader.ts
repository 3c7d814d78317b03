/**
 * Minifies WGSL.
 *
 * @module
 */

/** Declarations of local variables and parameters. */
const declarations = /\b(?:let|var|const) (\w+)|(?<=[(,]\s*(?:@\w+\(\w+\)\s*)?)(\w+)(?=: )/g;
/** Words that are no members, attributes or number suffixes. */
const words = /(?<![.@\w])[a-z_]\w*/gi;
const interpolation = /(\$\{[^}]*\})/;

/**
 * The WGSL without comments and needless space, and with short local names.
 *
 * @param code The contents of a template literal: a shader, or parts of one.
 * @param around The rest of its file, which may contain what is inserted into it.
 */
export function minifyShader(code: string, around = ""): string {
  const bare = code.replace(/\/\/.*/g, "").replaceAll("\\n", "\n");
  return shortenLocals(bare, interpolation.test(bare) ? around : "").split(interpolation)
    .map((part, i) => i % 2 === 1 ? part : dropSpace(part))
    .join("");
}

/** Drops spaces, except between two words, at the ends, and between two operators (`a - -b`). */
function dropSpace(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/(?<=[(){}[\],;:]) | (?=[(){}[\],;:@])/g, "")
    .replace(/(?<=\w) (?=[-+*/%<>=!&|^])|(?<=[-+*/%<>=!&|^]) (?=\w)/g, "");
}

/**
 * Renames locals to single letters that are free; the same name gets the same letter in all shaders
 * if possible, which compresses better. Words of the text `around` it keep their meaning.
 */
function shortenLocals(code: string, around: string): string {
  const bodies = code.replace(/^(?:const|var)\b.*/gm, "");
  const locals = new Set(
    [...bodies.matchAll(declarations)].map((match) => (match[1] ?? match[2])!),
  );
  const others = new Set(around.match(words));
  const taken = new Set([...code.match(words) ?? [], ...others]);
  const short = new Map<string, string>();
  for (const name of locals) {
    if (name.length === 1 || others.has(name)) continue;
    // An interpolation may go on with the name; that of a builtin is fixed.
    if (code.includes(`${name}\${`) || code.includes(`@builtin(${name})`)) continue;
    const letter = [...name, ...letters].find((each) => /[a-z]/i.test(each) && !taken.has(each));
    if (letter === undefined) continue;
    taken.add(letter);
    short.set(name, letter);
  }
  return code.replace(words, (word) => short.get(word) ?? word);
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
