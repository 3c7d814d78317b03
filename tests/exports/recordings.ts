/**
 * Compares exported models with the recordings: all layer cases that a format can express, and
 * full-size networks.
 *
 * @module
 */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { convert } from "../../lib/convert.ts";
import { npyParts } from "../../lib/emit/npy.ts";
import { writeNpz } from "../../lib/emit/npz.ts";
import type { ModelFileParts } from "../../lib/emit/tfjs/graph_model.ts";
import type { WrittenModel } from "../../lib/model.ts";
import { optimize } from "../../lib/transforms/mod.ts";
import type { Graph } from "../../runtime/graph.ts";
import { exists, lowerCase, type Meta, readNpz } from "../golden.ts";
import { readCases } from "../layer_cases.ts";
import { caffemodelOf, inputOf, readRecipe } from "../networks/recipe.ts";
import { hasShared, shared } from "../shared.ts";
import { type ExportedCase, hasPython, type PythonForTests, type PythonProcess } from "./python.ts";

/** A format that models are exported to. */
export interface Format {
  /** The name of a model in it: "a SavedModel in TensorFlow". */
  readonly name: string;
  /** The full-size networks. */
  readonly networks: readonly string[];
  /** The files of a model: a single one with an empty name, or those of a folder. */
  readonly write: (model: WrittenModel) => readonly ModelFileParts[];
  /** The reason why a recorded case is refused, if it is. */
  readonly refused: (name: string) => string | undefined;
}

const folders = [
  ["layers", new URL("../goldens/layers/", import.meta.url)],
  ["forks", new URL("goldens/forks/", shared)],
] as const;

/** Adds the tests of a format that compare models, which run in `python`, with the recordings. */
export function testRecordings(format: Format, python: PythonForTests): void {
  for (const [kind, at] of folders) {
    Deno.test({
      name: `the recorded ${kind} give the same as ${format.name}`,
      ignore: !hasPython || !exists(at),
      // A box of Faster R-CNN is exp(18.9) times an anchor, which multiplies errors by 18.9.
      fn: () => check(python.process, (folder) => writeCases(format, folder, at), 2e-5),
    });
    Deno.test({
      name: `the recorded ${kind} that cannot be ${format.name} are refused`,
      ignore: !exists(at),
      fn: () => {
        for (const [name, meta] of casesOf(at)) {
          if (format.refused(name) === undefined) continue;
          const { graph } = lowerCase(new URL(`${name}/`, at), meta);
          assert.throws(() => format.write({ graph }), TypeError, name);
        }
      },
    });
  }
  for (const name of format.networks) {
    Deno.test({
      name: `${name} gives the same as ${format.name}`,
      ignore: !hasPython || !hasShared(`goldens/nets/${name}.prototxt`),
      fn: () => check(python.process, (folder) => writeNetwork(format, folder, name), 1e-4),
    });
  }
}

/**
 * Compares models with what they must answer.
 *
 * @param cases Writes both into a folder, which is removed afterwards.
 * @param tolerance The largest difference of a blob.
 */
export async function check(
  python: PythonProcess,
  cases: (folder: string) => Promise<readonly ExportedCase[]>,
  tolerance: number,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "kaffe-test-" });
  try {
    const exported = await cases(folder);
    assert.ok(exported.length > 0, "there is nothing to compare");
    const results = await python.run(exported);
    for (const { name } of exported) {
      const blobs = Object.entries(results[name]!);
      assert.ok(blobs.length > 0, `${name} has nothing to compare`);
      for (const [blob, difference] of blobs) {
        const isNear = typeof difference === "number" && difference <= tolerance;
        assert.ok(isNear, `${blob} of ${name}: ${difference}`);
      }
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The cases of a folder, except losses, which are not exported. */
function casesOf(at: URL): (readonly [string, Meta])[] {
  return readCases(at).filter(([name, { group }]) => {
    return group !== "loss" && name !== "eltwise_sum_inplace";
  });
}

async function writeCases(format: Format, folder: string, at: URL): Promise<ExportedCase[]> {
  const cases: ExportedCase[] = [];
  for (const [name, meta] of casesOf(at)) {
    if (format.refused(name) !== undefined) continue;
    const golden = new URL(`${name}/golden.npz`, at);
    const { graph } = lowerCase(new URL(`${name}/`, at), meta);
    const blobs = [...(await readNpz(golden)).keys()].map((key) => key.replace(/^blob:/, ""));
    const model = join(folder, name);
    writeFiles(model, format.write({ graph: optimize(withOutputs(graph, blobs)) }));
    cases.push({ name, model, golden: fileURLToPath(golden), inputs: null });
  }
  return cases;
}

async function writeNetwork(
  format: Format,
  folder: string,
  name: string,
): Promise<ExportedCase[]> {
  const recipe = readRecipe(name);
  const golden = new URL(`goldens/nets/${name}.npz`, shared);
  const prototxt = Deno.readFileSync(new URL(`goldens/nets/${name}.prototxt`, shared));
  const model = convert({ bytes: prototxt, name }, {
    caffemodel: { bytes: caffemodelOf(recipe), name: "net.caffemodel" },
  });
  const graph = withOutputs(model.graph, (await readNpz(golden)).keys());
  writeFiles(join(folder, "model"), format.write({ ...model, graph }));
  const inputs = join(folder, "inputs.npz");
  const input = { name: `${recipe.input.blob}.npy`, parts: npyParts(inputOf(recipe)) };
  const parts = [...writeNpz([input])];
  await Deno.writeFile(inputs, new Uint8Array(await new Blob(parts).arrayBuffer()));
  return [{ name, model: join(folder, "model"), golden: fileURLToPath(golden), inputs }];
}

/** Writes a file, or the files of a folder. */
export function writeFiles(at: string, files: readonly ModelFileParts[]): void {
  for (const { name, chunks } of files) {
    const path = name === "" ? at : join(at, name);
    Deno.mkdirSync(dirname(path), { recursive: true });
    using file = Deno.openSync(path, { write: true, create: true });
    for (const chunk of chunks) file.writeSync(chunk);
  }
}

/** The graph with every recorded blob as an output. */
function withOutputs(graph: Graph, names: Iterable<string>): Graph {
  const recorded = new Set(names);
  return { ...graph, outputs: [...graph.names.keys()].filter((name) => recorded.has(name)) };
}
