/**
 * All recordings of Caffe's results, as bundles to run.
 *
 * @module
 */
import { convert } from "../../lib/convert.ts";
import { writeBundle } from "../../lib/emit/bundle.ts";
import { optimize } from "../../lib/transforms/mod.ts";
import { npzOf } from "../../cli/npz.ts";
import { readGolden } from "../../cli/golden.ts";
import type { Graph } from "../../runtime/graph.ts";
import { exists, lowerCase } from "../golden.ts";
import { readCases, refused } from "../layer_cases.ts";
import { forks, withFed } from "../layers/fork_recordings.ts";
import { caffemodelOf, inputOf, readRecipe, wellKnown } from "../networks/recipe.ts";
import { convertTrained, trained } from "../networks/trained.ts";
import { hasShared, shared } from "../shared.ts";
import type { Work } from "./compare.ts";

/** A recording. */
export interface Recording {
  readonly name: string;
  /** The largest accepted difference, relative to the largest value of a blob. */
  readonly tolerance: number;
  /** Makes the bundles of the recording. */
  readonly works: () => Promise<readonly Work[]>;
}

/** The available recordings of each kind. */
export const recordings: Readonly<Record<string, () => readonly Recording[]>> = {
  layers: () => cases(new URL("../goldens/layers/", import.meta.url), (_, graph) => graph),
  forks: () => exists(forks) ? cases(forks, withFed) : [],
  trained: () =>
    (Object.keys(trained) as (keyof typeof trained)[])
      .filter((name) => hasShared(`goldens/real/${name}.npz`))
      .map((name) => ({ name, tolerance: 1e-4, works: () => trainedWork(name) })),
  nets: () =>
    wellKnown.filter((name) => hasShared(`goldens/nets/${name}.prototxt`))
      .map((name) => ({ name, tolerance: 1e-4, works: () => netWork(name) })),
};

function cases(folder: URL, change: (name: string, graph: Graph) => Graph): readonly Recording[] {
  // Losses are recorded as in training, but lowered as outside of training.
  const all = readCases(folder).filter(([name, { group }]) =>
    group !== "loss" && !refused.has(name)
  );
  return all.map(([name, meta]) => {
    const at = new URL(`${name}/`, folder);
    const works = async () => {
      const golden = await Deno.readFile(new URL("golden.npz", at));
      const graph = change(name, lowerCase(at, meta).graph);
      const graphs = [graph, optimize(graph)];
      return Promise.all(graphs.map(async (graph) => ({ bundle: await bundleOf(graph), golden })));
    };
    return { name, tolerance: 1e-5, works };
  });
}

async function trainedWork(name: keyof typeof trained): Promise<Work[]> {
  const golden = await Deno.readFile(new URL(`goldens/real/${name}.npz`, shared));
  const { inputs } = await readGolden(npzOf(golden), []);
  return [{ bundle: await bundleOf(convertTrained(name, inputs).graph), golden }];
}

async function netWork(name: string): Promise<Work[]> {
  const recipe = readRecipe(name);
  const read = (file: string) => Deno.readFileSync(new URL(`goldens/nets/${file}`, shared));
  const { graph } = convert({ bytes: read(`${name}.prototxt`), name }, {
    caffemodel: { bytes: caffemodelOf(recipe), name: "net.caffemodel" },
  });
  const input = [recipe.input.blob, inputOf(recipe)] as const;
  return [{ bundle: await bundleOf(graph), golden: read(`${name}.npz`), input }];
}

function bundleOf(graph: Graph): Promise<Uint8Array<ArrayBuffer>> {
  return new Blob([...writeBundle({ graph })]).bytes();
}
