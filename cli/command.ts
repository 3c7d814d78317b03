/**
 * What every command of the command line has, and how it is called.
 *
 * @module
 */
import { pathsRead, placesWritten } from "./option_paths.ts";
import { type Option, type Options, readWords, type Words } from "./options.ts";
import { checkPlaces } from "./places.ts";
import { print } from "./print.ts";
import { UsageError } from "./usage_error.ts";

/** A command, and how its help describes it. */
export interface CommandSpec<O extends Options> {
  /** What the files are called in the help, and how few and many there may be. */
  readonly files: {
    readonly name: string;
    readonly least: number;
    readonly most: number;
    /** From which on they are written, where not all of them are read. */
    readonly written?: number;
  };
  readonly options: O;
  /** What the help shows, without the word `kaffe`. */
  readonly examples: readonly string[];
  /**
   * Does it, and gives the exit code: 0 if all went well. That what it writes can be written, and is
   * nothing that it reads, has been checked; `read` is what it reads.
   */
  readonly run: (words: Words<O>, read: readonly string[]) => Promise<number>;
}

/** A command, ready to be called. */
export interface Command {
  /**
   * Calls it with the words that follow its name.
   *
   * @param name What it is called, and in one line what it does: its help says so.
   * @returns The exit code.
   * @throws {UsageError} if the words make no sense.
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
