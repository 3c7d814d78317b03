/**
 * Finds the weights of a graph model that is about to be overwritten.
 *
 * @module
 */
import { join } from "node:path";

/** The weight files of the graph model that kaffe has written into a folder before, if it has. */
export async function oldShards(folder: string): Promise<readonly string[]> {
  try {
    const model = JSON.parse(await Deno.readTextFile(join(folder, "model.json")));
    if (model.generatedBy !== "kaffe") return [];
    const names: string[] = model.weightsManifest[0].paths;
    return names.filter((name) => /^group1-shard\d+of\d+\.bin$/.test(name))
      .map((name) => join(folder, name));
  } catch {
    // There is none, or nothing that kaffe has written.
    return [];
  }
}
