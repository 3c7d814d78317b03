/**
 * The recorded cases of real Caffe, file by file.
 *
 * @module
 */
import { shared } from "../shared.ts";

/** Where the recordings of layers are; those of forks are too large for the repository. */
export const goldens = new URL("../goldens/", import.meta.url);

/** What is recorded about a case: how Caffe was asked, and what it made of the network. */
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

/** One recorded case: its network, its weights if it has any, and what is recorded about it. */
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
      caffemodel: readIfThere(at("net.caffemodel")),
      meta: JSON.parse(Deno.readTextFileSync(at("meta.json"))),
    };
  }
}

function readIfThere(file: URL): Uint8Array | undefined {
  try {
    return Deno.readFileSync(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
