/**
 * Makes one file of declarations that stands alone.
 *
 * @module
 */

/** One declaration with its comment. */
interface Declaration {
  readonly name: string;
  /** The number of its module. */
  readonly module: number;
  /** Whether other modules can name it. */
  readonly isExported: boolean;
  /** Whether others can name it without `typeof`. */
  readonly isType: boolean;
  readonly text: string;
}

/**
 * The declarations that an entry exports, and those that they name.
 *
 * @param all The declarations of all modules, one after the other, as the compiler writes them: a
 * declaration starts at the beginning of a line, and what belongs to it is indented or a bracket.
 * @param entry The text of a module that exports some of them by name from other modules.
 */
export function gatherTypes(all: string, entry: string): string {
  const exported = exportsOf(entry);
  const declarations = declarationsOf(all);
  const needed = new Set(
    declarations.filter(({ name, isExported }) => isExported && exported.has(name)),
  );
  // A set goes on to what is added while it is gone through.
  for (const one of needed) {
    for (const named of namedBy(one, declarations)) needed.add(named);
  }
  const texts = declarations
    .filter((one) => needed.has(one))
    .map(({ name, text }) => exported.has(name) ? text : text.replace(/^export /m, ""));
  const comment = /^\/\*\*[\s\S]*?\*\//.exec(entry)![0];
  // Without an export of nothing, declarations that say nothing would be exported as well.
  return [comment, ...texts, "export {};", ""].join("\n\n");
}

/** The names in `export { a, type B } from "…"`. */
function exportsOf(entry: string): Set<string> {
  const lists = withoutComments(entry).matchAll(/^export (?:type )?\{([^}]*)\}/gm);
  const names = [...lists].flatMap(([, list]) => list!.split(","));
  return new Set(names.map((name) => name.trim().replace(/^type /, "")).filter((name) => name));
}

function declarationsOf(all: string): Declaration[] {
  // Each module starts with a comment that says that it does.
  const modules = all.split(/(?=^\/\*\*(?:(?!\*\/)[\s\S])*@module\s*\*\/)/m);
  return modules.flatMap((text, module) => declarationsIn(text, module));
}

function declarationsIn(text: string, module: number): Declaration[] {
  const comment = /^(?:\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?/.source;
  const words = /(?:export )?(?:declare )?(?:abstract )?/.source;
  const kindAndName = /(type|interface|class|const|function) (\w+)/.source;
  const next = /(?=^(?:\/\*\*|(?:export|declare|type|interface|import)\b)|(?![\s\S]))/.source;
  const pattern = new RegExp(`${comment}${words}${kindAndName}[\\s\\S]*?${next}`, "gm");
  return [...text.matchAll(pattern)].map(([text, kind, name]) => ({
    name: name!,
    module,
    isExported: withoutComments(text).trim().startsWith("export"),
    isType: /^(type|interface|class)$/.test(kind!),
    text: tidy(text.trim()),
  }));
}

/** The declarations that a declaration names; those of its own module come before others. */
function namedBy({ text, module }: Declaration, all: readonly Declaration[]): Declaration[] {
  const code = withoutComments(text);
  const types = new Set(Array.from(code.matchAll(/[A-Za-z_]\w*/g), ([word]) => word));
  const values = new Set(Array.from(code.matchAll(/typeof (\w+)/g), ([, word]) => word!));
  const named = all.filter(({ name, isType }) => (isType ? types : values).has(name));
  const near = new Set(named.filter((one) => one.module === module).map(({ name }) => name));
  return named.filter((one) => {
    return one.module === module || one.isExported && !near.has(one.name);
  });
}

/** Without paths to other files, and with comments on lines of their own. */
function tidy(text: string): string {
  return text
    .replace(/import\("[^"]*"\)\./g, "")
    .replace(/(?<=[{;]) (\/\*\*.*?\*\/) /g, (_, comment: string) => {
      return `\n${comment.replace(/ \*(?= )/g, "\n *")}\n`;
    });
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "");
}
