/**
 * The common part of all commands: help, and checks of the command line.
 *
 * @module
 */
import { checkExtensions, inputPaths, outputPaths, writingOption } from "./option_paths.ts";
import { type CommandLine, type Option, type Options, parseCommandLine } from "./options.ts";
import { checkOutputPaths } from "./output_paths.ts";
import { print } from "./print.ts";
import { UsageError } from "./usage_error.ts";

/** The description of a command, for parsing its arguments and for its help. */
export interface CommandSpec<O extends Options> {
  /** The name of its file arguments in the help, and their least and greatest number. */
  readonly files: {
    readonly name: string;
    readonly least: number;
    readonly most: number;
    /** The index of the first output file, if not all files are inputs. */
    readonly written?: number;
  };
  readonly options: O;
  /** The examples in the help, without the program. */
  readonly examples: readonly string[];
  /**
   * Runs the command, and returns the exit code: 0 on success. Output paths were checked before: they
   * are writable, and none is also an input. `read` lists the inputs.
   */
  readonly run: (commandLine: CommandLine<O>, read: readonly string[]) => Promise<number>;
}

/** What the help of a command begins with. */
interface Title {
  /** What it is a command of: `kaffe`. */
  readonly program: string;
  readonly name: string;
  /** Its description in one line. */
  readonly about: string;
}

/** A command, ready to be called. */
export interface Command {
  /**
   * Calls it with the arguments after its name.
   *
   * @returns The exit code.
   * @throws {UsageError} if the arguments are invalid.
   */
  readonly call: (args: readonly string[], title: Title) => Promise<number>;
}

const helpOption = { help: { short: "h", about: "Show this text." } } as const;

/** Makes a command from its description. */
export function defineCommand<const O extends Options>(spec: CommandSpec<O>): Command {
  const options = { ...spec.options, ...helpOption };
  return {
    async call(args, title) {
      if (args.includes("--help") || args.includes("-h")) {
        print(helpOf(title, spec, options));
        return 0;
      }
      const commandLine = parseCommandLine(args, options), { files } = commandLine;
      checkFileArguments(files, spec.files, options);
      const { written = Infinity } = spec.files;
      const read = [...files.slice(0, written), ...inputPaths(commandLine, options)];
      const places = files.slice(written).map((path) => ({ path, from: path, isFolder: false }));
      checkOutputPaths(read, [...places, ...outputPaths(commandLine, options)]);
      checkExtensions(commandLine, options);
      return await spec.run(commandLine as CommandLine<O>, read);
    },
  };
}

/** Refuses too few files, too many, and empty names. */
function checkFileArguments(
  files: readonly string[],
  { name, least, most }: CommandSpec<Options>["files"],
  options: Options,
): void {
  if (files.includes("")) throw new UsageError("one of the files has an empty name");
  if (files.length < least) {
    // The names of optional files are in brackets, at the end.
    const missing = name.replace(/ \[.*/, "").split(" ").slice(files.length);
    throw new UsageError(`${missing.join(" and ")} ${missing.length > 1 ? "are" : "is"} missing`);
  }
  if (files.length > most) {
    const file = files[most]!, writing = writingOption(file, options);
    const hint = writing === undefined ? "" : `; ${writing} ${file} writes it`;
    throw new UsageError(`"${file}" is one argument too many${hint}`);
  }
}

function helpOf(
  { program, name, about }: Title,
  { files, examples }: Omit<CommandSpec<Options>, "run">,
  options: Options,
): string {
  const rows = Object.entries(options).map(([name, option]) => {
    return [showOption(name, option), option.about] as const;
  });
  const width = Math.max(...rows.map(([left]) => left.length));
  const lines = rows.map(([left, about]) => `  ${left.padEnd(width)}  ${about}`);
  const commandLines = examples.map((example) => `  ${program} ${example}`);
  return `${about}

usage: ${[program, name, files.name].filter((part) => part).join(" ")} [options]

${lines.join("\n")}

${examples.length === 1 ? "example" : "examples"}:
${commandLines.join("\n")}`;
}

function showOption(name: string, { value, repeats, short }: Option): string {
  const long = `--${name}${value === undefined ? "" : ` ${value}`}${repeats ? " …" : ""}`;
  return short === undefined ? long : `-${short}, ${long}`;
}
