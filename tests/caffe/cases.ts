/**
 * Reads the cases that were recorded with Caffe.
 *
 * @module
 */
import { shared } from "../shared.ts";

/** The folder of the recordings of layers. Those of forks are too large for the repository. */
export const goldens = new URL("../goldens/", import.meta.url);

/** The metadata of a case: the state in which Caffe ran it, and the resulting layers. */
export interface CaseMeta {
  readonly phase?: "TRAIN" | "TEST";
  readonly level?: number;
  readonly stages?: readonly string[];
  readonly layers?: readonly {
    readonly name: string;
    readonly type: string;
    readonly bottoms: readonly string[];
    readonly tops: readonly string[];
    readonly params: readonly (readonly number[])[];
  }[];
}

/** A recorded case: its network, its weights if it has any, and its metadata. */
export interface Case {
  readonly name: string;
  readonly prototxt: Uint8Array;
  readonly caffemodel: Uint8Array | undefined;
  readonly meta: CaseMeta;
}

/** The recorded cases of a group: `layers`, `rejects`, `forks` or `fork_rejects`. */
export function* cases(group: string): Generator<Case> {
  const at = /fork/.test(group) ? new URL("goldens/", shared) : goldens;
  const folder = new URL(`${group}/`, at);
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    if (!isDirectory) continue;
    const at = (file: string) => new URL(`${name}/${file}`, folder);
    yield {
      name,
      prototxt: Deno.readFileSync(at("net.prototxt")),
      caffemodel: readIfExists(at("net.caffemodel")),
      meta: JSON.parse(Deno.readTextFileSync(at("meta.json"))),
    };
  }
}

function readIfExists(file: URL): Uint8Array | undefined {
  try {
    return Deno.readFileSync(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
