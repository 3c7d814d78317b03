/**
 * Parses files of TypeScript declarations.
 *
 * @module
 */

/** One declaration with its comment. */
export interface Declaration {
  readonly name: string;
  /** The path of its module. */
  readonly file: string;
  /** Whether other modules can name it. */
  readonly isExported: boolean;
  /** Whether others can name it without `typeof`. */
  readonly isType: boolean;
  readonly text: string;
  /** All words in it that may be names, and of these the ones after `typeof`. */
  readonly words: ReadonlySet<string>;
  readonly values: ReadonlySet<string>;
}

/**
 * The declarations of a module, as the compiler writes them: a declaration starts at the beginning
 * of a line, and what belongs to it is indented or a bracket.
 */
export function declarationsIn(text: string, file: string): Declaration[] {
  const comment = /^(?:\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?/.source;
  const words = /(?:export )?(?:declare )?(?:abstract )?/.source;
  const kindAndName = /(type|interface|class|const|function) (\w+)/.source;
  const next = /(?=^(?:\/\*\*|(?:export|declare|type|interface|import)\b)|(?![\s\S]))/.source;
  const pattern = new RegExp(`${comment}${words}${kindAndName}[\\s\\S]*?${next}`, "gm");
  return Array.from(text.matchAll(pattern), ([text, kind, name]) => {
    const code = withoutComments(text);
    return {
      name: name!,
      file,
      isExported: code.trim().startsWith("export"),
      isType: /^(type|interface|class)$/.test(kind!),
      text: commentsOnLines(text.trim()),
      words: new Set(Array.from(code.matchAll(/[A-Za-z_]\w*/g), ([word]) => word)),
      values: new Set(Array.from(code.matchAll(/typeof (\w+)/g), ([, word]) => word!)),
    };
  });
}

/** With comments on lines of their own. */
function commentsOnLines(text: string): string {
  return text.replace(/(?<=[{;]) (\/\*\*.*?\*\/) /g, (_, comment: string) => {
    return `\n${comment.replace(/ \*(?= )/g, "\n *")}\n`;
  });
}

/** Code without its comments. */
export function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "");
}
