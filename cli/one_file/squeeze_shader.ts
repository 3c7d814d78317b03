/**
 * Makes a shader's text short without changing what it computes.
 *
 * @module
 */

/** What a local variable or a parameter is declared by. */
const declarations = /\b(?:let|var|const) (\w+)|(?<=[(,]\s*(?:@\w+\(\w+\)\s*)?)(\w+)(?=: )/g;
/** A word that is no member of something, no attribute, and no number's suffix. */
const words = /(?<![.@\w])[a-z_]\w*/gi;
const interpolation = /(\$\{[^}]*\})/;

/**
 * The text without comments and needless space, its local names as short as they can be.
 *
 * @param code What stands between the backticks of a template literal: a shader, or whole parts.
 */
export function squeezeShader(code: string): string {
  const bare = code.replace(/\/\/.*/g, "").replaceAll("\\n", "\n");
  // A literal into which text is put may share its names with that text.
  const renamed = interpolation.test(bare) ? bare : shortenLocals(bare);
  return renamed.split(interpolation)
    .map((part, i) => i % 2 === 1 ? part : dropSpace(part))
    .join("");
}

/** Space is dropped, but between two words, at the ends, and between two operators (`a - -b`). */
function dropSpace(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .replace(/(?<=[(){}[\],;:]) | (?=[(){}[\],;:@])/g, "")
    .replace(/(?<=\w) (?=[-+*/%<>=!&|^])|(?<=[-+*/%<>=!&|^]) (?=\w)/g, "");
}

/**
 * Gives names that are declared inside functions single letters that stand for nothing else: where
 * it can be a letter of their own, so that the same name becomes the same in all shaders.
 */
function shortenLocals(code: string): string {
  const bodies = code.replace(/^(?:const|var)\b.*/gm, "");
  const locals = new Set(
    [...bodies.matchAll(declarations)].map((match) => (match[1] ?? match[2])!),
  );
  const taken = new Set(code.match(words));
  const short = new Map<string, string>();
  for (const name of locals) {
    if (name.length === 1 || code.includes(`@builtin(${name})`)) continue;
    const letter = [...name, ...letters].find((each) => /[a-z]/i.test(each) && !taken.has(each));
    if (letter === undefined) continue;
    taken.add(letter);
    short.set(name, letter);
  }
  return code.replace(words, (word) => short.get(word) ?? word);
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
