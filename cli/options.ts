/**
 * Parses a command line into options and files.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { nearestName } from "../proto/suggest.ts";
import { UsageError } from "./usage_error.ts";

/** One option of a command. */
export interface Option {
  /** The name of its value in the help: `FILE`. An option without one is a switch. */
  readonly value?: string;
  /** Whether it may be given several times. */
  readonly repeats?: true;
  /**
   * The kind of path that its value is: an input file, an output file, or an output folder.
   * `"pictures"` is an output file if it ends in `.png`, else an output folder. The values of a
   * repeatable option have the form `name=path`.
   */
  readonly path?: "read" | "written" | "folder" | "pictures";
  /** The extensions of the formats that an output file can have: `.npz`. */
  readonly extensions?: readonly string[];
  /** Its name of one letter. */
  readonly short?: string;
  /** Its description in the help. */
  readonly about: string;
}

/** The options of a command by name. */
export type Options = Readonly<Record<string, Option>>;

/** The value of each option. */
export type Values<O extends Options> = {
  readonly [Name in keyof O]: O[Name] extends { readonly value: string }
    ? O[Name] extends { readonly repeats: true } ? readonly string[] : string | undefined
    : boolean;
};

/** A parsed command line. */
export interface CommandLine<O extends Options> {
  readonly files: readonly string[];
  readonly values: Values<O>;
}

/**
 * Parses a command line.
 *
 * @throws {UsageError} if an option is unknown, lacks its value, or is given twice.
 */
export function parseCommandLine<O extends Options>(
  args: readonly string[],
  options: O,
): CommandLine<O> {
  const values: Record<string, string | string[] | boolean | undefined> = {};
  for (const [name, { value, repeats }] of Object.entries<Option>(options)) {
    if (value === undefined) values[name] = false;
    else values[name] = repeats ? [] : undefined;
  }
  const files: string[] = [];
  for (const token of tokensOf(args, options)) {
    if (token.kind === "positional") files.push(token.value);
    if (token.kind !== "option") continue;
    const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
    if (option === undefined) {
      throw new UsageError(`unknown option ${token.rawName}${suggestOption(token, options)}`);
    }
    const before = values[token.name];
    if (option.value === undefined) {
      if (token.value !== undefined) throw new UsageError(`${token.rawName} takes no value`);
      values[token.name] = true;
      continue;
    }
    // In `-o=x`, parseArgs takes the equals sign as part of the value.
    if (!token.rawName.startsWith("--") && token.inlineValue && token.value?.startsWith("=")) {
      const value = token.value.slice(1) || option.value;
      throw new UsageError(
        `${token.rawName}${token.value}: write a space instead of "=", ${token.rawName} ${value}`,
      );
    }
    // A value that starts with two dashes must be given with "="; else it is the next option.
    const isNextOption = !token.inlineValue && token.value?.startsWith("--");
    if (token.value === undefined || token.value === "" || isNextOption) {
      throw new UsageError(`${token.rawName} needs a value: ${token.rawName} ${option.value}`);
    }
    if (Array.isArray(before)) before.push(token.value);
    else if (before === undefined) values[token.name] = token.value;
    else throw new UsageError(`${token.rawName} is given twice`);
  }
  return { files, values: values as Values<O> };
}

function suggestOption(
  { name, rawName }: { readonly name: string; readonly rawName: string },
  options: Options,
): string {
  // Most commands call it so.
  const isOutput = name === "output" && Object.values(options).some(({ short }) => short === "o");
  if (isOutput) return ' (did you mean "-o"?)';
  if (!rawName.startsWith("--")) return "";
  // Without the dashes, so that `--scale` is found to be part of `--input-scale`.
  const nearest = nearestName(name, Object.keys(options));
  return nearest === undefined ? "" : ` (did you mean "--${nearest}"?)`;
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
