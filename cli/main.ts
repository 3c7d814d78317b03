/**
 * The command line: finds the command that is asked for, and turns errors into exit codes.
 *
 * @module
 */
import config from "../deno.json" with { type: "json" };
import { suggest } from "../proto/suggest.ts";
import type { Command } from "./command.ts";
import { commands, type Entry } from "./commands.ts";
import { reportError } from "./errors.ts";
import { importError, isNotFetched } from "./import_error.ts";
import { print } from "./print.ts";
import { quietGraphics } from "./quiet_graphics.ts";
import { UsageError } from "./usage_error.ts";

/**
 * Runs a command line.
 *
 * @returns The exit code: 0 done, 1 an error, 2 wrong usage.
 */
export async function main(args: readonly string[]): Promise<number> {
  // `help convert` is what `convert --help` is.
  const [name, ...words] = args[0] === "help" && args.length > 1 ? [args[1]!, "--help"] : args;
  const known = commands.get(name ?? "");
  try {
    quietGraphics();
    if (known !== undefined) return await (await load(known)).call(words, name!, known.about);
    if (name === "--version") print(`kaffe ${config.version}`);
    else if (name === "--help" || name === "-h" || name === "help") print(help());
    else if (name === undefined) throw new UsageError("a command is missing");
    else throw new UsageError(unknown(name));
    return 0;
  } catch (error) {
    return reportError(error, known === undefined ? "kaffe" : `kaffe ${name}`);
  }
}

/** Loads a command, with the packages that it needs. */
async function load(command: Entry): Promise<Command> {
  try {
    return await command.load();
  } catch (cause) {
    if (!isNotFetched(cause)) throw cause;
    throw new Error(
      "Cannot fetch the packages that kaffe stands on: " + importError(cause).split("\n")[0] +
        "\nThe first run fetches them from the npm registry, and needs a network; later ones do not",
      { cause },
    );
  }
}

function unknown(name: string): string {
  const kind = name.startsWith("-") ? "option" : "command";
  return `unknown ${kind} "${name}"${suggest(name, [...commands.keys(), "--help", "--version"])}`;
}

function help(): string {
  const lines = [...commands].map(([name, { about }]) => `  ${name.padEnd(10)}${about}`);
  return `Converts Caffe models, and runs them with WebGPU or on the CPU.

usage: kaffe <command> …

${lines.join("\n")}

kaffe <command> --help says more. kaffe --version tells the version.`;
}
