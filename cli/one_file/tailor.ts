/**
 * Builds a runtime for some networks: one file with only the ops and the engine that they need.
 *
 * @module
 */
import type { Graph } from "../../runtime/graph.ts";
import type { Epilogue } from "../../runtime/ops/epilogue.ts";
import { isOpName, type OpName, ops } from "../../runtime/ops/mod.ts";
import { opsUnfolded } from "../../runtime/unfold_depth.ts";
import { copyRuntime } from "./copy_runtime.ts";
import { inFolder, oneModule } from "./one_module.ts";
import { typesOf } from "./types.ts";
import { withoutShaders } from "./without_shaders.ts";

/** The devices that a runtime can be built for. */
export const devices = ["gpu", "cpu", "both"] as const;

/** The parts of a runtime. */
export interface Parts {
  /** Its ops. */
  readonly ops: ReadonlySet<OpName>;
  readonly device: typeof devices[number];
}

/** The runtime's own ops that networks need, in alphabetical order. */
export function opsOf(graphs: readonly Graph[]): Set<OpName> {
  const named = graphs.flatMap(({ nodes }) => nodes).flatMap(({ op, attributes }) => {
    const { activation } = attributes as Partial<Epilogue>;
    return activation ? [op, activation.fn] : [op];
  }).filter(isOpName);
  const unfolded = named.includes("conv3d") ? opsUnfolded : [];
  // Weights that are split for a device are joined by `concat`.
  return new Set([...named, ...unfolded, "concat" as const].sort());
}

/** All ops of the runtime. */
export function allOps(): Set<OpName> {
  return new Set(Object.keys(ops).filter(isOpName));
}

/** The tables of ops; each row is an op's name alone, or with its entry. */
const tables = [
  ...["ops/mod.ts", "ops/unary.ts", "ops/fours/mod.ts"],
  ...["cpu/kernels.ts", "cpu/functions.ts", "unfold.ts"],
];
const table = /^(?:export )?const (?:table|functions|fours)\b[^]*?^\};/m;
const row = /^ {2}(\w+)(?:: \w+)?,\n/gm;
/** The definition of a function of one number, which calls others, so that the bundler keeps it. */
const definition = /^const (\w+) = unary\([^]*?^\}\);\n/gm;

/** The types of the whole runtime, which also describe each tailored one. */
export function runtimeTypes(): Promise<string> {
  return inFolder(async (folder) => {
    const files = await copyRuntime(`${folder}/runtime`);
    return await typesOf(folder, ["runtime/mod.ts"], files.map((file) => `runtime/${file}`));
  });
}

/** A runtime of some parts, as a minified module. */
export function tailoredRuntime({ ops: needed, device }: Parts): Promise<string> {
  const without = (row: string, name: string) => isOpName(name) && !needed.has(name) ? "" : row;
  return inFolder(async (folder) => {
    await copyRuntime(`${folder}/runtime`, (file, text) => {
      if (file === "engines/mod.ts") return text.replace("both.ts", `${device}.ts`);
      return tables.includes(file)
        ? text.replace(table, (rows) => rows.replace(row, without)).replace(definition, without)
        : text;
    });
    const change = device === "cpu" ? withoutShaders : undefined;
    return await oneModule(folder, ["runtime/mod.ts"], change);
  });
}
