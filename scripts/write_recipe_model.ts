/**
 * Writes a caffemodel of full size with computed instead of trained weights: for benchmarks of
 * reading models, and for comparisons with results recorded with the same weights.
 *
 * ```sh
 * deno run --allow-read --allow-write scripts/write_recipe_model.ts vgg16.json vgg16.caffemodel
 * ```
 *
 * The recipe is a JSON file with, for each blob, its layer, index and shape, a seed and the range
 * of its values. Layers are written one by one, so that only one is in memory.
 *
 * @module
 */
import { writeCaffemodel } from "../lib/caffe/write.ts";
import { count } from "../runtime/tensor.ts";

interface Recipe {
  readonly network: string;
  readonly parameters: readonly BlobRecipe[];
}

interface BlobRecipe {
  readonly layer: string;
  readonly blob: number;
  readonly shape: readonly number[];
  readonly seed: number;
  readonly low: number;
  readonly high: number;
}

/** The values of a blob: a hash of each position and the seed, spread evenly over the range. */
export function fill({ shape, seed, low, high }: Omit<BlobRecipe, "layer" | "blob">): Float32Array {
  const values = new Float32Array(count(shape));
  const scale = (high - low) / 2 ** 24;
  for (let i = 0; i < values.length; i++) {
    // The finalizer of MurmurHash3, of which 24 bits are used: as many as a float32 has.
    let hash = Math.imul(i + 1, 0x9e3779b1) ^ seed;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    hash ^= hash >>> 16;
    values[i] = low + scale * (hash >>> 8);
  }
  return values;
}

if (import.meta.main) {
  const [recipeFile, modelFile] = Deno.args;
  if (!recipeFile || !modelFile) {
    console.error("usage: write_recipe_model.ts <recipe.json> <net.caffemodel>");
    Deno.exit(2);
  }
  const { network, parameters }: Recipe = JSON.parse(await Deno.readTextFile(recipeFile));
  using file = await Deno.open(modelFile, { write: true, create: true, truncate: true });
  const writer = file.writable.getWriter();
  await writer.write(writeCaffemodel({ name: network, layers: [] }));
  for (const [name, blobs] of Map.groupBy(parameters, ({ layer }) => layer)) {
    const layer = { name, type: "", bottoms: [], tops: [], blobs: blobs.map(writtenBlob) };
    await writer.write(writeCaffemodel({ name: "", layers: [layer] }));
  }
  await writer.close();
}

function writtenBlob(recipe: BlobRecipe) {
  return { shape: recipe.shape, data: fill(recipe) };
}
