/**
 * The command line: finds the command that is asked for, and turns errors into exit codes.
 *
 * @module
 */
import config from "../deno.json" with { type: "json" };
import { suggest } from "../proto/suggest.ts";
import { bench } from "./bench.ts";
import type { Command } from "./command.ts";
import { classify } from "./classify.ts";
import { convert } from "./convert.ts";
import { reportError } from "./errors.ts";
import { inspect } from "./inspect.ts";
import { layers } from "./layers.ts";
import { print } from "./print.ts";
import { quietGraphics } from "./quiet_graphics.ts";
import { report } from "./report.ts";
import { run } from "./run.ts";
import { runtime } from "./runtime.ts";
import { upgrade } from "./upgrade.ts";
import { serve } from "./serve.ts";
import { UsageError } from "./usage_error.ts";
import { validate } from "./validate.ts";
import { verify } from "./verify.ts";

const commands: readonly Command[] = [
  convert,
  classify,
  validate,
  run,
  verify,
  inspect,
  bench,
  upgrade,
  serve,
  report,
  runtime,
  layers,
];

/**
 * Runs a command line.
 *
 * @returns The exit code: 0 done, 1 an error, 2 wrong usage.
 */
export async function main(args: readonly string[]): Promise<number> {
  quietGraphics();
  const [name, ...words] = args;
  const command = commands.find((command) => command.name === name);
  try {
    if (command !== undefined) return await command.call(words);
    if (name === "--version") print(`kaffe ${config.version}`);
    else if (name === "--help" || name === "-h" || name === "help") print(help());
    else if (name === undefined) throw new UsageError("a command is missing");
    else throw new UsageError(unknown(name));
    return 0;
  } catch (error) {
    return reportError(error, command === undefined ? "kaffe" : `kaffe ${command.name}`);
  }
}

function unknown(name: string): string {
  const kind = name.startsWith("-") ? "option" : "command";
  const known = commands.map(({ name }) => name);
  return `unknown ${kind} "${name}"${suggest(name, [...known, "--help", "--version"])}`;
}

function help(): string {
  const lines = commands.map(({ name, about }) => `  ${name.padEnd(10)}${about}`);
  return `Converts Caffe models, and runs them with WebGPU.

usage: kaffe <command> …

${lines.join("\n")}

kaffe <command> --help says more. kaffe --version tells the version.`;
}
