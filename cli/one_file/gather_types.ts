/**
 * Bundles declarations into one self-contained file.
 *
 * @module
 */
import { type Declaration, declarationsIn, withoutComments } from "./declarations.ts";

/** A module, and its compiled declarations. */
export interface DeclaredModule {
  /** Its path: `runtime/mod.ts`. */
  readonly file: string;
  readonly source: string;
  readonly declarations: string;
}

/**
 * The declarations that entries export, and all that they refer to.
 *
 * Internal declarations are renamed if their own name would mean something else: that of another
 * declaration, or a global that another declaration refers to (`Blob`).
 *
 * @param entries Modules that re-export some of them by name.
 */
export function gatherTypes(
  modules: readonly DeclaredModule[],
  entries: readonly Pick<DeclaredModule, "file" | "source">[],
): string {
  const all = modules.flatMap(({ file, declarations }) => declarationsIn(declarations, file));
  const imports = new Map(modules.map(({ file, source }) => [file, namesFrom(source, file)]));
  const named = new Map<Declaration, readonly Declaration[]>();
  const exported = new Set(
    entries.flatMap(({ source, file }) =>
      [...namesFrom(source, file)].flatMap(([name, from]) => find(name, from, all))
    ),
  );
  const needed = new Set(exported);
  // Iterating over a set includes what is added meanwhile.
  for (const one of needed) {
    named.set(one, namedBy(one, imports.get(one.file)!, all));
    for (const other of named.get(one)!) needed.add(other);
  }
  const texts = all.filter((one) => needed.has(one)).map((one) => {
    const own = [one, ...named.get(one)!].filter(isMistakable);
    const text = own.reduce((text, other) => renamed(text, other, nameIn(other)), one.text);
    return exported.has(one) ? text : text.replace(/^export /m, "");
  });
  const comment = /^\/\*\*[\s\S]*?\*\//.exec(entries[0]!.source)![0];
  // Without `export {}`, unexported declarations would be exported as well.
  return [comment, ...texts.map(withoutPaths), "export {};\n"].join("\n\n");

  /** Whether an internal declaration's name would be ambiguous. */
  function isMistakable(one: Declaration): boolean {
    const { name, file, isType } = one;
    return !exported.has(one) &&
      [...named].some(([other, meant]) =>
        other.name === name && other.file !== file ||
        (isType ? other.words : other.values).has(name) && !meant.includes(one)
      );
  }
}

/** The new name of such a declaration: the `Blob` of `net.ts` becomes `NetBlob`. */
function nameIn({ name, file }: Declaration): string {
  const words = file.split("/").at(-1)!.replace(/\.ts$/, "").split("_");
  return words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join("") + name;
}

/** A text with a declaration renamed, except in comments. */
function renamed(text: string, { name, isType }: Declaration, to: string): string {
  const found = isType
    ? new RegExp(`(?<![.\\w])${name}\\b(?!\\??:)`, "g")
    : new RegExp(`(?<=typeof |const |function )${name}\\b`, "g");
  return text.split(/(\/\*[\s\S]*?\*\/)/)
    .map((part) => part.startsWith("/*") ? part : part.replace(found, to))
    .join("");
}

/** The names in `import { a, type B } from "…"` or `export …`, and the modules that have them. */
function namesFrom(source: string, file: string): Map<string, string> {
  const lists = withoutComments(source)
    .matchAll(/^(?:import|export) (?:type )?\{([^}]*)\} from "(\.[^"]*)"/gm);
  return new Map([...lists].flatMap(([, list, path]) => {
    const from = new URL(path!, `file:///${file}`).pathname.slice(1);
    const names = list!.split(",").map((name) => name.trim().replace(/^type /, ""));
    return names.filter((name) => name).map((name) => [name, from] as const);
  }));
}

/** The declarations of a name in a module or, if it only re-exports them, in any. */
function find(name: string, file: string, all: readonly Declaration[]): readonly Declaration[] {
  const found = all.filter((one) => one.name === name && one.isExported);
  const there = found.filter((one) => one.file === file);
  return there.length > 0 ? there : found;
}

/** The declarations that a declaration refers to, of its own module or imported. */
function namedBy(
  { text, words, values, file }: Declaration,
  imports: ReadonlyMap<string, string>,
  all: readonly Declaration[],
): readonly Declaration[] {
  const own = all.filter((one) => one.file === file);
  // Inferred types appear as `import("module").Type`.
  const inferred = Array.from(
    text.matchAll(/import\("([^"]*)"\)\.(\w+)/g),
    ([, path, name]) => [name!, path!] as const,
  );
  const found = [...words].flatMap((word) => {
    const near = own.filter(({ name }) => name === word);
    const from = imports.get(word);
    return near.length > 0 || from === undefined ? near : find(word, from, all);
  });
  const elsewhere = inferred.flatMap(([name, path]) => find(name, path, all));
  return [...new Set([...found, ...elsewhere])]
    .filter(({ name, isType }) => isType || values.has(name));
}

/** Removes paths to other files. */
function withoutPaths(text: string): string {
  return text.replace(/import\("[^"]*"\)\./g, "");
}
