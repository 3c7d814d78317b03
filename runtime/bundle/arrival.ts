/**
 * Reads a bundle while it is being downloaded.
 *
 * Each member has a header of its own, so that it can be read before the next ones arrive.
 * `model.json` comes first and describes the others, so engines upload or pack constants
 * during the download. They are used only once the zip's directory, which comes last, agrees with
 * the headers.
 *
 * @module
 */
import type { Numbers } from "../engine.ts";
import { getOrInsertComputed } from "../get_or_insert_computed.ts";
import type { Graph } from "../graph.ts";
import type { CustomOp } from "../ops/op.ts";
import { count, sameShape, type Tensor } from "../tensor.ts";
import { type ReadConstant, readConstant } from "./constant.ts";
import { type ModelFile, modelMember, readModel } from "./model_file.ts";
import { buildGraph } from "./model_graph.ts";
import { memberOf, type ZipMember } from "./zip.ts";
import { entryAt, readEntries, type ZipEntry } from "./zip_directory.ts";

/** A member that is awaited or has arrived. */
interface Coming {
  readonly promise: Promise<ZipMember>;
  readonly resolve: (member: ZipMember) => void;
}

/** Reads a bundle as its bytes arrive. */
export class Arrival {
  readonly #entries: ZipEntry[] = [];
  readonly #members = new Map<string, Coming>();
  readonly #constants = new Map<string, Promise<ReadConstant>>();
  /** Whether the received bytes stay in the same buffer until the end. */
  #stays = false;

  /**
   * @param ops The ops that the bundle may use beside the runtime's own.
   * @param onGraph Receives the graph as soon as it is known, with zeros instead of constants, to
   * prepare for it. It is not verified yet: the complete bundle may differ.
   */
  constructor(ops: readonly CustomOp[], onGraph: (graph: Graph, numbers: Numbers) => void) {
    this.#member(modelMember).promise
      .then(readModel)
      .then((model) => {
        for (const { name, member, scales } of model.constants) {
          const members = [member, ...scales === undefined ? [] : [scales]];
          const reading = Promise.all(members.map((name) => this.#member(name).promise))
            .then(([numbers, factors]) => readConstant(name, numbers!, factors));
          // Whoever requests the constant receives the error.
          reading.catch(() => {});
          this.#constants.set(name, reading);
        }
        const graph = startOf(model, ops);
        onGraph(graph, this.#numbersOf(graph));
      })
      // Errors are reported when the complete bundle is read.
      .catch(() => {});
  }

  /**
   * Reads the members that have arrived since the last call.
   *
   * @param bytes The beginning of the file, as far as it has arrived.
   * @param stays Whether all of the file will be in this same buffer in the end.
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
   * The constants read during the download; none of them, if the directory disagrees with the
   * headers.
   *
   * @param bytes The complete file.
   */
  constantsOf(bytes: Uint8Array): ReadonlyMap<string, Promise<Tensor | undefined>> {
    const keyOf = (entries: readonly ZipEntry[]) =>
      JSON.stringify(entries, ["name", "method", "crc", "size", "start", "end"]);
    // A bundle that was not downloaded has no entries, and is not read twice.
    const isSame = this.#entries.length > 0 && keyOf(readEntries(bytes)) === keyOf(this.#entries);
    // Views of an outgrown buffer are dropped; creating them again costs nothing.
    const isThere = ({ tensor: { data }, isView }: ReadConstant) =>
      !isView || data.buffer === bytes.buffer;
    if (!isSame) return new Map();
    return new Map([...this.#constants].map(([name, reading]) => {
      const tensor = reading.then((read) => isThere(read) ? read.tensor : undefined);
      // Whoever requests the constant receives the error.
      tensor.catch(() => {});
      return [name, tensor] as const;
    }));
  }

  /** The numbers that replace the zeros of each constant. */
  #numbersOf({ constants }: Graph): Numbers {
    const values = new Map([...constants].map(([value, zeros]) => [zeros, value]));
    return async (zeros) => {
      const value = values.get(zeros);
      // Folded constants do not arrive.
      if (!value) return undefined;
      const read = await this.#constants.get(value.name)!;
      const isExpected = sameShape(read.tensor.shape, value.shape);
      return isExpected && (this.#stays || !read.isView) ? read.tensor.data : undefined;
    };
  }

  /** The member of a name, whether it has arrived or not. */
  #member(name: string): Coming {
    return getOrInsertComputed(this.#members, name, () => {
      let resolve!: Coming["resolve"];
      const promise = new Promise<ZipMember>((settle) => {
        resolve = settle;
      });
      return { promise, resolve };
    });
  }
}

/** The graph of a model, with zeros in place of constants. */
function startOf(model: ModelFile, ops: readonly CustomOp[]): Graph {
  const sizes = model.constants.map(({ shape }) => count(shape!)), largest = Math.max(0, ...sizes);
  // Shapes are untrusted, and no device could hold more.
  if (largest > 2 ** 29) throw new RangeError();
  const zeros = new Float32Array(largest);
  const constants = model.constants.map(({ name, shape }, i) =>
    [name, { shape: shape!, data: zeros.subarray(0, sizes[i]) }] as const
  );
  return buildGraph(model, new Map(constants), ops);
}
