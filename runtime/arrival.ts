/**
 * A bundle that is on its way.
 *
 * Each member has a header in front of it, so that it can be read before the next ones are there; and
 * since `model.json` is the first, what they are for is known by then: engines bring constants to
 * where they need them while the next ones come. All of it is only believed once the directory, which
 * comes last, says the same.
 *
 * @module
 */
import { type ReadConstant, readConstant } from "./constant.ts";
import type { Numbers } from "./engine.ts";
import type { Graph } from "./graph.ts";
import { type ModelFile, modelMember, readModel } from "./model_file.ts";
import { buildGraph } from "./model_graph.ts";
import type { CustomOp } from "./ops/op.ts";
import { count, sameShape, type Tensor } from "./tensor.ts";
import { memberOf, type ZipMember } from "./zip.ts";
import { entryAt, readEntries, type ZipEntry } from "./zip_directory.ts";

/** A member that somebody waits for, and how it is handed over. */
interface Coming {
  readonly promise: Promise<ZipMember>;
  readonly resolve: (member: ZipMember) => void;
}

/** Reads a bundle while it comes. */
export class Arrival {
  readonly #entries: ZipEntry[] = [];
  readonly #members = new Map<string, Coming>();
  readonly #constants = new Map<string, Promise<ReadConstant>>();
  /** Whether what comes stays where it is. */
  #stays = false;

  /**
   * @param ops The ops that the bundle may use beside the runtime's own.
   * @param onGraph Is given its graph when that is known, with zeros that stand for the constants until
   * those come: enough to make ready for it. What the bundle turns out to hold may be something else.
   */
  constructor(ops: readonly CustomOp[], onGraph: (graph: Graph, numbers: Numbers) => void) {
    this.#member(modelMember).promise
      .then(readModel)
      .then((model) => {
        for (const { name, member, scales } of model.constants) {
          const members = [member, ...scales === undefined ? [] : [scales]];
          const reading = Promise.all(members.map((name) => this.#member(name).promise))
            .then(([numbers, factors]) => readConstant(name, numbers!, factors));
          // Who asks for it is told what is wrong.
          reading.catch(() => {});
          this.#constants.set(name, reading);
        }
        const graph = startOf(model, ops);
        onGraph(graph, this.#numbersOf(graph));
      })
      // What is wrong will be told when all of it is there.
      .catch(() => {});
  }

  /**
   * Reads the members that are there now, and were not before.
   *
   * @param bytes What has come so far: the beginning of the file.
   * @param stays Whether all of it will lie in the same buffer in the end.
   */
  see(bytes: Uint8Array<ArrayBuffer>, stays = false): void {
    this.#stays = stays;
    for (;;) {
      const entry = entryAt(bytes, this.#entries.at(-1)?.end ?? 0);
      if (entry === undefined) return;
      this.#entries.push(entry);
      this.#member(entry.name).resolve(memberOf(bytes, entry));
    }
  }

  /**
   * The constants that are there already; all, if the zip is what its members said.
   *
   * @param bytes The whole file.
   */
  constantsOf(bytes: Uint8Array): ReadonlyMap<string, Promise<Tensor | undefined>> {
    const told = (entries: readonly ZipEntry[]) =>
      JSON.stringify(entries, ["name", "method", "crc", "size", "start", "end"]);
    // What did not come over a network has not been seen, and is not looked through twice.
    const isSame = this.#entries.length > 0 && told(readEntries(bytes)) === told(this.#entries);
    // What came may lie in a smaller buffer than what is there in the end, and costs nothing.
    const isThere = ({ tensor: { data }, isView }: ReadConstant) =>
      !isView || data.buffer === bytes.buffer;
    return new Map([...isSame ? this.#constants : []].map(([name, reading]) => {
      const tensor = reading.then((read) => isThere(read) ? read.tensor : undefined);
      // Who asks for it is told what is wrong.
      tensor.catch(() => {});
      return [name, tensor] as const;
    }));
  }

  /** What comes in place of the zeros that stand for constants. */
  #numbersOf({ constants }: Graph): Numbers {
    const values = new Map([...constants].map(([value, zeros]) => [zeros, value]));
    return async (zeros) => {
      const { name, shape } = values.get(zeros)!, read = await this.#constants.get(name)!;
      const isExpected = sameShape(read.tensor.shape, shape);
      return isExpected && (this.#stays || !read.isView) ? read.tensor.data : undefined;
    };
  }

  /** A member that comes or has come. */
  #member(name: string): Coming {
    let member = this.#members.get(name);
    if (member === undefined) {
      let resolve!: Coming["resolve"];
      const promise = new Promise<ZipMember>((settle) => resolve = settle);
      this.#members.set(name, member = { promise, resolve });
    }
    return member;
  }
}

/** The graph of a model whose constants are zeros. */
function startOf(model: ModelFile, ops: readonly CustomOp[]): Graph {
  const sizes = model.constants.map(({ shape }) => count(shape!)), most = Math.max(0, ...sizes);
  // Nobody vouches for them, and no device holds more.
  if (most > 2 ** 29) throw new RangeError();
  const zeros = new Float32Array(most);
  const constants = model.constants.map(({ name, shape }, i) =>
    [name, { shape: shape!, data: zeros.subarray(0, sizes[i]) }] as const
  );
  return buildGraph(model, new Map(constants), ops);
}
