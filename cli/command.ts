/**
 * What commands have in common, and how they are called.
 *
 * @module
 */
import { pathsRead, placesWritten } from "./option_paths.ts";
import { type Option, type Options, readWords, type Words } from "./options.ts";
import { checkPlaces } from "./places.ts";
import { print } from "./print.ts";
import { UsageError } from "./usage_error.ts";

/** A command, and what its help says. */
export interface CommandSpec<O extends Options> {
  /** The name of its file arguments in the help, and their least and greatest number. */
  readonly files: {
    readonly name: string;
    readonly least: number;
    readonly most: number;
    /** The index of the first file that is written, if not all of them are read. */
    readonly written?: number;
  };
  readonly options: O;
  /** The examples in the help, without the word `kaffe`. */
  readonly examples: readonly string[];
  /**
   * Runs it, and returns the exit code: 0 on success. Output paths have been checked before: they
   * are writable, and none is also an input. `read` lists the inputs.
   */
  readonly run: (words: Words<O>, read: readonly string[]) => Promise<number>;
}

/** A command, ready to be called. */
export interface Command {
  /**
   * Calls it with the words that follow its name.
   *
   * @param name Its name and, in one line, what it does: both for its help.
   * @returns The exit code.
   * @throws {UsageError} if the words are invalid.
   */
  readonly call: (args: readonly string[], name: string, about: string) => Promise<number>;
}

const helpOption = { help: { short: "h", about: "Show this text." } } as const;

/** Makes a command from its description. */
export function defineCommand<const O extends Options>(spec: CommandSpec<O>): Command {
  const { files: { name: what, least, most, written = Infinity }, run } = spec;
  const options = { ...spec.options, ...helpOption };
  return {
    async call(args, name, about) {
      if (args.includes("--help") || args.includes("-h")) {
        print(`${about}\n\nusage: kaffe ${helpOf(name, spec, options)}`);
        return 0;
      }
      const words = readWords(args, options);
      if (words.files.includes("")) throw new UsageError("one of the files has an empty name");
      if (words.files.length < least) {
        const missing = what.replace(/ \[.*/, "").split(" ").slice(words.files.length);
        throw new UsageError(
          `${missing.join(" and ")} ${missing.length > 1 ? "are" : "is"} missing`,
        );
      }
      if (words.files.length > most) {
        throw new UsageError(`"${words.files[most]}" is one word too many`);
      }
      const read = [...words.files.slice(0, written), ...pathsRead(words, options)];
      const places = words.files.slice(written).map((path) => {
        return { path, from: path, isFolder: false };
      });
      checkPlaces(read, [...places, ...placesWritten(words, options)]);
      return await run(words as Words<O>, read);
    },
  };
}

function helpOf(
  name: string,
  { files, examples }: Omit<CommandSpec<Options>, "run">,
  options: Options,
): string {
  const rows = Object.entries(options).map(([name, option]) => {
    return [showOption(name, option), option.about] as const;
  });
  const width = Math.max(...rows.map(([left]) => left.length));
  const lines = rows.map(([left, about]) => `  ${left.padEnd(width)}  ${about}`);
  const told = examples.map((words) => `  kaffe ${words}`);
  return `${[name, files.name].filter((word) => word).join(" ")} [options]

${lines.join("\n")}

${examples.length === 1 ? "example" : "examples"}:
${told.join("\n")}`;
}

function showOption(name: string, { value, repeats, short }: Option): string {
  const long = `--${name}${value === undefined ? "" : ` ${value}`}${repeats ? " …" : ""}`;
  return short === undefined ? long : `-${short}, ${long}`;
}
