/**
 * Makes a runtime for some networks: one file with the ops and the engine that they need.
 *
 * @module
 */
import type { Graph } from "../../runtime/graph.ts";
import { isOpName, type OpName } from "../../runtime/ops/mod.ts";
import { opsUnfolded } from "../../runtime/unfold_depth.ts";
import { copyRuntime } from "./copy_runtime.ts";
import { inFolder, oneModule } from "./module.ts";
import { typesOf } from "./types.ts";
import { withoutShaders } from "./without_shaders.ts";

/** What a runtime can be made for. */
export const devices = ["gpu", "cpu", "both"] as const;

/** What a runtime has. */
export interface Parts {
  /** Its ops. Functions of one number are all there, whatever it says. */
  readonly ops: ReadonlySet<OpName>;
  readonly device: typeof devices[number];
}

/** The runtime's own ops that networks need, by the alphabet. */
export function opsOf(graphs: readonly Graph[]): Set<OpName> {
  const named = graphs.flatMap(({ nodes }) => nodes.map(({ op }) => op)).filter(isOpName);
  const unfolded = named.includes("conv3d") ? opsUnfolded : [];
  // Weights that are too large for a device are cut, and the results joined.
  return new Set([...named, ...unfolded, "concat" as const].sort());
}

/** The tables of ops: a row is an op's name alone, or with what it is there. */
const tables = ["ops/mod.ts", "ops/fours/mod.ts", "cpu/kernels.ts", "unfold.ts"];
const table = /^(?:export )?const (?:table|fours)\b[^]*?^\};/m;
const row = /^ {2}(\w+)(?:: \w+)?,\n/gm;

/** The types of the whole runtime, which are those of each that is made of its parts. */
export function runtimeTypes(): Promise<string> {
  return inFolder(async (folder) => {
    const files = await copyRuntime(`${folder}/runtime`);
    return await typesOf(folder, ["runtime/mod.ts"], files.map((file) => `runtime/${file}`));
  });
}

/** A runtime of some parts, as a minified module. */
export function tailoredRuntime({ ops, device }: Parts): Promise<string> {
  const without = (row: string, name: string) => isOpName(name) && !ops.has(name) ? "" : row;
  return inFolder(async (folder) => {
    await copyRuntime(`${folder}/runtime`, (file, text) => {
      if (file === "engines/mod.ts") return text.replace("both.ts", `${device}.ts`);
      return tables.includes(file)
        ? text.replace(table, (rows) => rows.replace(row, without))
        : text;
    });
    const change = device === "cpu" ? withoutShaders : undefined;
    return await oneModule(folder, ["runtime/mod.ts"], change);
  });
}
