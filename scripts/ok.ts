/**
 * Runs all checks and tests, and prints a summary in the last line.
 *
 * ```sh
 * deno task ok
 * ```
 *
 * It continues after a failure, and exits with 1 if there was any. In the summary a check counts
 * like a test.
 *
 * @module
 */

/** The number of checks by outcome. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The commands of the checks; all are run in the project's folder. */
const checks: Readonly<Record<string, readonly string[]>> = {
  "Layout": ["fmt", "--check"],
  "Lint": ["lint"],
  "Types": ["task", "check"],
  "Imports": ["task", "imports"],
  "Documentation": ["task", "docs"],
};

/** The tally in the output of `deno test`; `undefined` if it did not get that far. */
export function readTally(output: string): Tally | undefined {
  // deno-lint-ignore no-control-regex
  const plain = output.replace(/\x1b\[[\d;]*m/g, "");
  const numbers = /^(?:ok|FAILED) \| (\d+) passed(?: \(.*?\))? \| (\d+) failed(.*)$/m.exec(plain);
  if (numbers === null) return undefined;
  const [, passed, failed, rest] = numbers;
  const count = (word: string) => Number(new RegExp(`(\\d+) ${word}`).exec(rest!)?.[1] ?? 0);
  return {
    passed: Number(passed),
    failed: Number(failed),
    skipped: count("ignored") + count("filtered out"),
  };
}

/**
 * Whether the process crashed after all tests had passed, as it occasionally does with OpenGL (see
 * tests/gpu.ts). A process that was ended by a signal has an exit code above 128.
 */
export function endedAfterTests(code: number, tally: Tally | undefined): boolean {
  return code > 128 && tally?.failed === 0;
}

/** Runs Deno with its output shown, and returns its exit code and standard output. */
async function deno(args: readonly string[]): Promise<{ code: number; output: string }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: new URL("../", import.meta.url),
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const decoder = new TextDecoder();
  let output = "";
  for await (const bytes of child.stdout) {
    await Deno.stdout.write(bytes);
    output += decoder.decode(bytes, { stream: true });
  }
  const { code } = await child.status;
  return { code, output };
}

if (import.meta.main) {
  let [passed, failed] = [0, 0];
  const failures: string[] = [];
  for (const [name, args] of Object.entries(checks)) {
    console.log(`\n${name}: deno ${args.join(" ")}`);
    if ((await deno(args)).code === 0) passed++;
    else failures.push(name);
  }
  console.log("\nTests: deno task test");
  const { code, output } = await deno(["task", "test"]);
  const read = readTally(output), tally = read ?? { passed: 0, failed: 0, skipped: 0 };
  const success = code === 0 || endedAfterTests(code, read);
  if (code !== 0 && success) {
    console.log(`\nThe tests passed; their process was then ended by signal ${code - 128}`);
  }
  passed += tally.passed;
  failed += failures.length + tally.failed;
  if (!success) failures.push("Tests");
  // Tests that cannot even start are not in the tally.
  if (!success && tally.failed === 0) failed++;
  console.log(failures.length > 0 ? `\nNot in order: ${failures.join(", ")}` : "\nAll is in order");
  const skipped = tally.skipped > 0 ? `, ${tally.skipped} skipped` : "";
  console.log(`${passed} passed, ${failed} failed${skipped}`);
  Deno.exit(failures.length > 0 ? 1 : 0);
}
