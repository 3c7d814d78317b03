/**
 * Loads custom layers and ops from a module that exports lists of them.
 *
 * ```ts ignore
 * export const layers = [defineLayer({ type: "Mine", … })];
 * export const ops = [defineOp({ name: "mine", … })];
 * ```
 *
 * @module
 */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Layer } from "../lib/layers/layer.ts";
import type { CustomOp } from "../runtime/ops/op.ts";
import { readFile } from "./files.ts";
import { importError } from "./import_error.ts";

/** The option that names the module. */
export const layersOption = {
  layers: {
    value: "FILE",
    path: "read",
    about: "A module that exports custom layers and ops: layers.ts.",
  },
} as const;

/** The exports of such a module. */
export interface LayersModule {
  readonly layers: readonly Layer[];
  readonly ops: readonly CustomOp[];
}

/**
 * Loads a module, and returns its layers and ops.
 *
 * @param path The value of `--layers`.
 * @throws {Error} if there is no such module, or it has neither export.
 */
export async function importLayers(path: string | undefined): Promise<LayersModule> {
  if (path === undefined) return { layers: [], ops: [] };
  await readFile(path);
  const exported = await load(path);
  const { layers = [], ops = [] } = exported;
  if (exported.layers === undefined && exported.ops === undefined) {
    throw new TypeError(
      `Cannot use ${path}: it exports neither a list \`layers\` nor a list \`ops\``,
    );
  }
  if (!isListOf(layers, "type") || !isListOf(ops, "name")) {
    throw new TypeError(
      `Cannot use ${path}: \`layers\` must be a list of results of defineLayer(), and ` +
        "`ops` of results of defineOp(), each with a name",
    );
  }
  return { layers, ops } as LayersModule;
}

/** The exports of a module. If loading it fails, the error has only the cause, without a stack. */
async function load(path: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await import(pathToFileURL(resolve(path)).href);
  } catch (cause) {
    throw new TypeError(`Cannot load ${path} (--layers): ${importError(cause)}`, { cause });
  }
}

/** Whether a value is a list of objects with a type or a name. */
function isListOf(value: unknown, key: "type" | "name"): boolean {
  return Array.isArray(value) && value.every((one) => typeof one?.[key] === "string");
}
