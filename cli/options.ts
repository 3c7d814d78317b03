/**
 * Reads the words of a command line: options by name, and files.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { suggest } from "../proto/suggest.ts";
import { UsageError } from "./usage_error.ts";

/** One option of a command. */
export interface Option {
  /** What its value is called in the help, `FILE`. An option without one is a switch. */
  readonly value?: string;
  /** Whether it may be given several times. */
  readonly repeats?: true;
  /**
   * Whether its value is a file that is read or written, or a folder that is written to; or for
   * `"pictures"` a file that is written, if it ends in `.png`, and else such a folder. What may be
   * given several times is a name, "=", and a file.
   */
  readonly path?: "read" | "written" | "folder" | "pictures";
  /** Its name of one letter. */
  readonly short?: string;
  /** What the help says of it. */
  readonly about: string;
}

/** The options of a command by name. */
export type Options = Readonly<Record<string, Option>>;

/** What was given for each option. */
export type Values<O extends Options> = {
  readonly [Name in keyof O]: O[Name] extends { readonly value: string }
    ? O[Name] extends { readonly repeats: true } ? readonly string[] : string | undefined
    : boolean;
};

/** A command line that has been read. */
export interface Words<O extends Options> {
  readonly files: readonly string[];
  readonly values: Values<O>;
}

/**
 * Sorts the words of a command line.
 *
 * @throws {UsageError} if an option is unknown, lacks its value, or is given twice.
 */
export function readWords<O extends Options>(args: readonly string[], options: O): Words<O> {
  const values: Record<string, string | string[] | boolean | undefined> = {};
  for (const [name, { value, repeats }] of Object.entries<Option>(options)) {
    values[name] = value === undefined ? false : repeats ? [] : undefined;
  }
  const files: string[] = [];
  for (const token of tokensOf(args, options)) {
    if (token.kind === "positional") files.push(token.value);
    if (token.kind !== "option") continue;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (option === undefined) {
      const known = Object.keys(options).map((name) => `--${name}`);
      throw new UsageError(`unknown option ${token.rawName}${suggest(token.rawName, known)}`);
    }
    const given = values[token.name];
    if (option.value === undefined) {
      if (token.value !== undefined) throw new UsageError(`${token.rawName} takes no value`);
      values[token.name] = true;
      continue;
    }
    // A word that starts with two dashes is the next option; a value like that follows a "=".
    const swallowed = !token.inlineValue && token.value?.startsWith("--");
    if (token.value === undefined || token.value === "" || swallowed) {
      throw new UsageError(`${token.rawName} needs a value: ${token.rawName} ${option.value}`);
    }
    if (Array.isArray(given)) given.push(token.value);
    else if (given === undefined) values[token.name] = token.value;
    else throw new UsageError(`${token.rawName} is given twice`);
  }
  return { files, values: values as Values<O> };
}

function tokensOf(args: readonly string[], options: Options) {
  const described = Object.entries(options).map(([name, { value, short }]) => {
    const type = value === undefined ? "boolean" as const : "string" as const;
    return [name, { type, ...(short === undefined ? {} : { short }) }] as const;
  });
  return parseArgs({
    args: [...args],
    options: Object.fromEntries(described),
    allowPositionals: true,
    strict: false,
    tokens: true,
  }).tokens;
}
