/**
 * Reads the recordings of Caffe's results, and compares with them.
 *
 * @module
 */
export { largestDifference as difference } from "../cli/difference.ts";
import { selectLayers } from "../lib/caffe/phase.ts";
import { readNet } from "../lib/caffe/read.ts";
import { lower, type Lowered } from "../lib/lowering/lower.ts";
import { readNpy } from "../runtime/bundle/npy.ts";
import { readZip } from "../runtime/bundle/zip.ts";
import type { Shape, Tensor } from "../runtime/tensor.ts";

/** The metadata of a recorded network, `meta.json`. */
export interface Meta {
  readonly name: string;
  readonly group: string;
  readonly note: string;
  readonly phase: "TRAIN" | "TEST";
  readonly level: number;
  readonly stages: readonly string[];
  readonly types: readonly string[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly layers: readonly {
    readonly type: string;
    readonly tops: readonly string[];
    readonly top_shapes: readonly Shape[];
  }[];
}

/** The arrays of a `.npz` by their names, without `.npy`. */
export async function readNpz(path: string | URL): Promise<Map<string, Tensor>> {
  const zip = readZip(await Deno.readFile(path));
  const arrays = zip.names.filter((name) => name.endsWith(".npy")).map(async (name) => {
    return [name.slice(0, -4), readNpy(await zip.get(name)!.read(), name)] as const;
  });
  return new Map(await Promise.all(arrays));
}

/** The positions of the recorded values of large blobs, as integers, since float32 is too inexact. */
export async function readPositions(path: string | URL): Promise<Map<string, Int32Array>> {
  const zip = readZip(await Deno.readFile(path));
  const names = zip.names.filter((name) => name.endsWith("@index.npy"));
  return new Map(
    await Promise.all(names.map(async (name) => {
      const bytes = await zip.get(name)!.read();
      const start = 10 + new DataView(bytes.buffer, bytes.byteOffset).getUint16(8, true);
      return [
        name.slice(0, -"@index.npy".length),
        new Int32Array(bytes.slice(start).buffer),
      ] as const;
    })),
  );
}

/** The recorded numbers of a blob: all of them, or those at some positions. */
export function sample({ data }: Tensor, positions: ArrayLike<number> | undefined): Float32Array {
  return positions === undefined ? data : Float32Array.from(positions, (i) => data[i]!);
}

/** Lowers a recorded network with its weights, in the state given by its metadata. */
export function lowerCase(folder: URL, meta: Meta): Lowered {
  const read = (file: string) => readNet(Deno.readFileSync(new URL(file, folder)), { file });
  const net = selectLayers(read("net.prototxt"), meta);
  const trained = exists(new URL("net.caffemodel", folder)) ? read("net.caffemodel") : undefined;
  // The size of the images in a database is known from the recording only.
  const data = meta.layers.filter(({ type }) => type === "Data");
  const inputShapes = new Map(
    data.flatMap(({ tops, top_shapes }) => tops.map((top, i) => [top, top_shapes[i]!] as const)),
  );
  return lower(net, { trained, inputShapes });
}

/** Whether a file or folder exists. */
export function exists(path: URL): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}
