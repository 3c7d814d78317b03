/**
 * The figures of a benchmark, which are saved after each step, in case the process ends early.
 *
 * @module
 */
import type { Ceiling } from "./ceiling.ts";
import type { Result } from "./race.ts";

/** The figures measured so far. */
export class SavedFigures {
  readonly results: Result[] = [];
  /** Further figures by what was measured. */
  readonly others: Record<string, unknown> = {};
  ceiling: Ceiling | undefined;

  /**
   * @param machine What they are measured on.
   * @param path The file to save them in, if there is to be one.
   */
  constructor(
    private readonly machine: Readonly<Record<string, string>>,
    private readonly path: string | undefined,
  ) {}

  /** Writes the file anew. */
  async save(): Promise<void> {
    if (this.path === undefined) return;
    const { machine, ceiling, results, others } = this;
    const text = JSON.stringify({ machine, ceiling, results, ...others }, null, 2);
    // A process that ends while it writes leaves the file before.
    await Deno.writeTextFile(`${this.path}.part`, text + "\n");
    await Deno.rename(`${this.path}.part`, this.path);
  }
}
