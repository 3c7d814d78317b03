/**
 * Puts learned blobs in place of those that a file has.
 *
 * @module
 */
import { encodeBinary, type Entry, readBinary, type Tree, treeOf } from "../../proto/mod.ts";
import { showShape, type Tensor } from "../../runtime/tensor.ts";
import { blobMessage, readBlob } from "../caffe/blob.ts";
import { BlobProto, LayerParameter } from "../caffe/schema.ts";
import type { Injection } from "../injections.ts";

/** What becomes of the blobs of a file. */
export class BlobChanges {
  readonly #waiting: Set<Injection>;

  constructor(injections: readonly Injection[]) {
    this.#waiting = new Set(injections);
  }

  /**
   * A layer with its new blobs. One that it has keeps its shape; the first that it lacks is added.
   *
   * @throws {TypeError} if a blob does not fit.
   */
  in(tree: Tree, where: string): Tree {
    const name = tree.entries.find(({ name }) => name === "name")?.value;
    const mine = this.#waiting.values().filter(({ layer }) => layer === name)
      .toArray().sort((a, b) => (a.index ?? 0) - (b.index ?? 0));
    return mine.reduce((tree, injection) => {
      this.#waiting.delete(injection);
      return change(tree, injection, where);
    }, tree);
  }

  /** @throws {TypeError} if there were blobs for layers that the file does not have. */
  finish(): void {
    for (const { layer } of this.#waiting) {
      throw new TypeError(`Cannot change layer "${layer}": the file has no such layer`);
    }
  }
}

function change(tree: Tree, { layer, index = 0, value }: Injection, where: string): Tree {
  const blobs = tree.entries.filter(({ name }) => name === "blobs");
  const refuse = (state: string) => {
    throw new TypeError(`Cannot change layer "${layer}": ${state}`);
  };
  const old = blobs[index] && blobOf(blobs[index], where);
  if (old === undefined && index > blobs.length) {
    refuse(`it has ${blobs.length} learned blobs, so that there is no blob ${index}`);
  }
  if (typeof value === "number") {
    if (old === undefined) return refuse(`it has no blob ${index} that a number could fill`);
    return replace(tree, blobs[index]!, { ...old, data: old.data.map(() => value) });
  }
  if (old === undefined) return replace(tree, undefined, value);
  if (old.data.length !== value.data.length) {
    refuse(`its blob ${index} is ${showShape(old.shape)}, but ${showShape(value.shape)} is given`);
  }
  return replace(tree, blobs[index]!, { shape: old.shape, data: value.data });
}

/** A blob, which stands as bytes or as a tree. */
function blobOf({ value }: Entry, where: string): Tensor {
  const bytes = value instanceof Uint8Array ? value : encodeBinary(value as Tree, where, () => {});
  return readBlob(readBinary(bytes, where).read(BlobProto), where, "a blob");
}

/** The layer with another blob in place of one, or behind all that it has. */
function replace(tree: Tree, old: Entry | undefined, tensor: Tensor): Tree {
  const blob: Entry = {
    name: "blobs",
    field: LayerParameter.fields.blobs!,
    value: treeOf(BlobProto, blobMessage(tensor)),
  };
  const entries = old === undefined
    ? [...tree.entries, blob]
    : tree.entries.map((entry) => entry === old ? blob : entry);
  return { ...tree, entries };
}
