/**
 * The entry point of the command line: calls a command, and maps errors to exit codes.
 *
 * @module
 */
import config from "../deno.json" with { type: "json" };
import { suggest } from "../proto/suggest.ts";
import type { Command } from "./command.ts";
import { commands, type Entry } from "./commands.ts";
import { reportError } from "./errors.ts";
import { importError, isFetchFailure } from "./import_error.ts";
import { print } from "./print.ts";
import { quietGraphics } from "./quiet_graphics.ts";
import { UsageError } from "./usage_error.ts";

/**
 * Runs a command line.
 *
 * @returns The exit code: 0 on success, 1 for an error, 2 for wrong usage.
 */
export async function main(args: readonly string[]): Promise<number> {
  // `help convert` is the same as `convert --help`.
  const [name, ...words] = args[0] === "help" && args.length > 1 ? [args[1]!, "--help"] : args;
  const known = commands.get(name ?? "");
  try {
    quietGraphics();
    if (known !== undefined) {
      const title = { program: "kaffe", name: name!, about: known.about };
      return await (await load(known)).call(words, title);
    }
    if (name === "--version") print(`kaffe ${config.version}`);
    else if (name === "--help" || name === "-h" || name === "help") print(help());
    else if (name === undefined) throw new UsageError("a command is missing");
    else throw new UsageError(unknown(name));
    return 0;
  } catch (error) {
    return reportError(error, known === undefined ? "kaffe" : `kaffe ${name}`);
  }
}

/** Loads a command, and the packages that it needs. */
async function load(command: Entry): Promise<Command> {
  try {
    return await command.load();
  } catch (cause) {
    if (!isFetchFailure(cause)) throw cause;
    throw new Error(
      "Cannot fetch the packages that kaffe depends on: " + importError(cause).split("\n")[0] +
        "\nThe first run downloads them from the npm registry; later ones need no network",
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

kaffe <command> --help shows the options of a command. kaffe --version prints the version.`;
}
