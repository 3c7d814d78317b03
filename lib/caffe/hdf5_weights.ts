/**
 * Reads the weights that Caffe's solver writes with `snapshot_format: HDF5`, and `net.save_hdf5`:
 * only the blobs of each layer, not the network.
 *
 * @see https://github.com/BVLC/caffe/blob/master/src/caffe/net.cpp
 * @module
 */
import { defaultsOf } from "../../proto/mod.ts";
import { getOrInsertComputed } from "../../runtime/get_or_insert_computed.ts";
import { type Hdf5Array, readHdf5 } from "../hdf5/mod.ts";
import type { LayerBlob, Net, NetLayer } from "./net.ts";

/** The group with the weights. The optional group `diff` holds gradients. */
const group = "data";

/**
 * Reads weights, as a network whose layers have only names and blobs.
 *
 * @param file The name of the file, for messages.
 * @throws {SyntaxError} if the file is damaged, or holds something else.
 */
export function readHdf5Weights(bytes: Uint8Array, file: string): Net {
  const arrays = readHdf5(bytes, group, file);
  if (arrays.length === 0) {
    throw new SyntaxError(
      `Cannot read ${file}: it is an HDF5 file, but has no group "data" with arrays, where Caffe ` +
        "keeps weights; a solver's state is no network, and Keras' files are not Caffe's",
    );
  }
  const layers = new Map<string, LayerBlob[]>();
  for (const array of arrays) {
    const slash = array.path.lastIndexOf("/");
    const name = array.path.slice(group.length + 1, slash);
    const blobs = getOrInsertComputed(layers, name, () => []);
    blobs[indexOf(array, slash, file)] = { ...array, legacy: false };
  }
  return {
    name: "",
    inputs: [],
    layers: Array.from(layers, ([name, blobs]) => weightsLayer(name, blobs, file)),
    state: { phase: undefined, level: undefined, stages: [] },
  };
}

/** The index of a blob in its layer, which is the name of its array. */
function indexOf({ path }: Hdf5Array, slash: number, file: string): number {
  const name = path.slice(slash + 1);
  if (/^\d{1,3}$/.test(name)) return Number(name);
  throw new SyntaxError(
    `Cannot read ${file}: it has an array /${path}, but Caffe calls the blobs of a layer 0, 1, 2 …`,
  );
}

/** Shared blobs are stored in one layer only; in the others this blob stands in for them. */
const hole: LayerBlob = { shape: [0], legacy: false, data: new Float32Array(0) };

function weightsLayer(
  name: string,
  blobs: readonly (LayerBlob | undefined)[],
  file: string,
): NetLayer {
  return {
    name,
    type: "",
    bottoms: [],
    tops: [],
    phase: undefined,
    include: [],
    exclude: [],
    params: [],
    lossWeights: [],
    transform: undefined,
    blobs: Array.from(blobs, (blob) => blob ?? hole),
    where: file,
    param: ({ message }) => defaultsOf(message),
    hasParam: () => false,
  };
}
