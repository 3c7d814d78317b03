/**
 * SavedModels in TensorFlow itself: every recorded layer case that it has words for, and the
 * networks of full size.
 */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { convert } from "../../lib/convert.ts";
import { npyParts } from "../../lib/emit/npy.ts";
import { writeNpz } from "../../lib/emit/npz.ts";
import type { ModelFileParts } from "../../lib/emit/tfjs/graph_model.ts";
import { writeSavedModel } from "../../lib/emit/tfjs/saved_model.ts";
import { optimize } from "../../lib/transforms/mod.ts";
import type { Graph } from "../../runtime/graph.ts";
import { exists, lowerCase, readNpz } from "../golden.ts";
import { readCases } from "../layer_cases.ts";
import { caffemodelOf, inputOf, readRecipe, wellKnown } from "../networks/recipe.ts";
import { hasShared, shared } from "../shared.ts";
import { refusedByTensorFlow } from "../tensorflow_skips.ts";
import { checkSavedModels, hasTensorFlow, type SavedCase } from "./python.ts";

/** Writes the files of a folder. */
function writeFolder(folder: string, files: readonly ModelFileParts[]): void {
  for (const { name, chunks } of files) {
    const path = join(folder, name);
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

/** Compares SavedModels with the recordings, in one process of Python. */
async function check(
  cases: (folder: string) => Promise<readonly SavedCase[]>,
  tolerance: number,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "kaffe-test-" });
  try {
    const saved = await cases(folder);
    const results = await checkSavedModels(saved);
    for (const { name } of saved) {
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

const folders = [
  ["layers", new URL("../goldens/layers/", import.meta.url)],
  ["forks", new URL("goldens/forks/", shared)],
] as const;

for (const [kind, at] of folders) {
  Deno.test({
    name: `the recorded ${kind} are right as SavedModels in TensorFlow`,
    ignore: !hasTensorFlow || !exists(at),
    fn: () => check((folder) => writeCases(folder, at), 1e-5),
  });
}

async function writeCases(folder: string, at: URL): Promise<SavedCase[]> {
  const cases: SavedCase[] = [];
  for (const [name, meta] of readCases(at)) {
    const isRefused = meta.group === "loss" || name === "eltwise_sum_inplace" ||
      refusedByTensorFlow(name) !== undefined;
    if (isRefused) continue;
    const golden = new URL(`${name}/golden.npz`, at);
    const { graph } = lowerCase(new URL(`${name}/`, at), meta);
    const blobs = [...(await readNpz(golden)).keys()].map((key) => key.replace(/^blob:/, ""));
    const model = join(folder, name);
    writeFolder(model, writeSavedModel({ graph: optimize(withOutputs(graph, blobs)) }));
    cases.push({ name, model, golden: fileURLToPath(golden), inputs: null });
  }
  return cases;
}

for (const name of wellKnown) {
  Deno.test({
    name: `${name} is right as a SavedModel in TensorFlow`,
    ignore: !hasTensorFlow || !hasShared(`goldens/nets/${name}.prototxt`),
    fn: () => check((folder) => writeNetwork(folder, name), 1e-4),
  });
}

async function writeNetwork(folder: string, name: string): Promise<SavedCase[]> {
  const recipe = readRecipe(name);
  const golden = new URL(`goldens/nets/${name}.npz`, shared);
  const prototxt = Deno.readFileSync(new URL(`goldens/nets/${name}.prototxt`, shared));
  const model = convert({ bytes: prototxt, name }, {
    caffemodel: { bytes: caffemodelOf(recipe), name: "net.caffemodel" },
  });
  const graph = withOutputs(model.graph, (await readNpz(golden)).keys());
  writeFolder(join(folder, "model"), writeSavedModel({ ...model, graph }));
  const inputs = join(folder, "inputs.npz");
  const input = { name: `${recipe.input.blob}.npy`, parts: npyParts(inputOf(recipe)) };
  const parts = [...writeNpz([input])];
  await Deno.writeFile(inputs, new Uint8Array(await new Blob(parts).arrayBuffer()));
  return [{ name, model: join(folder, "model"), golden: fileURLToPath(golden), inputs }];
}
