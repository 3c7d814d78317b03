/**
 * The learned blobs of a model, under names that are comparable between models.
 *
 * @module
 */
import { learnedBlobs } from "../lib/caffe/learned_blobs.ts";
import { withoutOnes } from "../lib/without_ones.ts";
import { headOf, wholeOf } from "../proto/deferred.ts";
import { readBundle } from "../runtime/bundle/bundle.ts";
import { sameShape, type Shape, type Tensor } from "../runtime/tensor.ts";
import { withFileInErrors } from "./file_errors.ts";
import { isZip, readOrOpen } from "./files.ts";
import { importLayers } from "./layers_module.ts";

/** Learned blobs by name. */
export type Blobs = ReadonlyMap<string, Tensor>;

/**
 * The blobs of a model: of a caffemodel as `layer:index`, of a bundle by their own names.
 *
 * Large blobs of a caffemodel stay in the file; see `proto/deferred.ts`.
 *
 * @param layers The value of `--layers`.
 * @param opened Closes the file when it is disposed of.
 * @throws {Error} if there are none.
 */
export async function readBlobs(
  file: string,
  layers: string | undefined,
  opened: DisposableStack,
): Promise<Blobs> {
  const content = await readOrOpen(file, opened);
  if (!isZip(headOf(content))) {
    const byLayer = [...learnedBlobs(content, file)];
    if (byLayer.length === 0) {
      throw new TypeError(`Cannot show the weights of ${file}: it has none; give the caffemodel`);
    }
    return new Map(
      byLayer.flatMap(([layer, blobs]) => blobs.map((blob, i) => [`${layer}:${i}`, blob] as const)),
    );
  }
  const bytes = wholeOf(content);
  const { ops } = await importLayers(layers);
  const { graph } = await withFileInErrors(file, bytes, () => readBundle(bytes, undefined, ops));
  if (graph.constants.size === 0) {
    throw new TypeError(`Cannot show the weights of ${file}: it has none`);
  }
  return new Map([...graph.constants].map(([{ name, shape }, data]) => [name, { shape, data }]));
}

/** The index of a bundle's constant among its layer's blobs. */
const indices: Readonly<Record<string, number>> = { weights: 0, biases: 1 };

/**
 * The blobs `others` under the names that `blobs` uses. A bundle's `conv1/weights` and
 * `conv1/biases` are `conv1:0` and `conv1:1` in a caffemodel; old caffemodels have four axes for
 * every blob.
 */
export function namedAlike(blobs: Blobs, others: Blobs): Blobs {
  const fromCaffe = new Map([...others.keys()].map((other) => [inCaffe(other), other]));
  /** By the name of another blob, the name and the shape of the one that it corresponds to. */
  const counterparts = new Map<string, { readonly name: string; readonly shape: Shape }>();
  for (const [name, { shape }] of blobs) {
    const fits = (other: string | undefined) => {
      const tensor = other === undefined ? undefined : others.get(other);
      return tensor && sameShape(withoutOnes(tensor.shape), withoutOnes(shape));
    };
    const other = others.has(name) ? name : [fromCaffe.get(name), inCaffe(name)].find(fits);
    if (other !== undefined) counterparts.set(other, { name, shape });
  }
  return new Map([...others].map(([other, tensor]) => {
    const { name, shape } = counterparts.get(other) ?? { name: other, shape: tensor.shape };
    return [name, name === other ? tensor : { shape, data: tensor.data }];
  }));
}

/** The name of a bundle's constant in a caffemodel: `conv1:0` for `conv1/weights`. */
function inCaffe(name: string): string | undefined {
  const [, layer, blob] = /^(.+)\/([^/]+)$/.exec(name) ?? [];
  const isLearned = blob !== undefined && Object.hasOwn(indices, blob);
  return isLearned ? `${layer}:${indices[blob]}` : undefined;
}
