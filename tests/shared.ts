/**
 * Finds the recorded answers of Caffe, which are too large to be kept in the repository.
 *
 * They are looked for beside the repository, or where the variable `KAFFE_SHARED` says.
 *
 * @module
 */

/** The folder with the recorded answers, `undefined` if there is none. */
export const goldens: URL | undefined = find();

function find(): URL | undefined {
  const folder = Deno.env.get("KAFFE_SHARED");
  const shared = folder
    ? new URL(`file://${folder.replace(/\/?$/, "/")}`)
    : new URL("../../shared/", import.meta.url);
  const goldens = new URL("goldens/", shared);
  try {
    return Deno.statSync(goldens).isDirectory ? goldens : undefined;
  } catch {
    return undefined;
  }
}

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
  const folder = new URL(`${group}/`, goldens);
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
