/**
 * Injects learned blobs into the layers of a file.
 *
 * @module
 */
import { encodeBinary } from "../../proto/encode_tree.ts";
import { type Entry, join, numbersOf, readBinary, type Tree, treeOf } from "../../proto/mod.ts";
import { showShape, type Tensor } from "../../runtime/tensor.ts";
import { blobMessage, readBlob } from "../caffe/blob.ts";
import { BlobProto, LayerParameter } from "../caffe/schema.ts";
import { type Injection, problemOf, refuseTwice } from "../lowering/injections.ts";

/** The blobs to inject into a file whose layers are visited one after the other. */
export class BlobChanges {
  readonly #pending: Set<Injection>;

  /** @throws {TypeError} if two are for the same blob. */
  constructor(injections: readonly Injection[]) {
    refuseTwice(injections);
    this.#pending = new Set(injections);
  }

  /**
   * A layer with its blobs replaced. An existing blob keeps its shape; a blob may also be appended.
   *
   * @throws {TypeError} if a blob does not fit.
   */
  applyTo(tree: Tree, where: string): Tree {
    const name = tree.entries.find(({ name }) => name === "name")?.value;
    const matching = this.#pending.values().filter(({ layer }) => layer === name)
      .toArray().sort((a, b) => (a.index ?? 0) - (b.index ?? 0));
    return matching.reduce((tree, injection) => {
      this.#pending.delete(injection);
      return change(tree, injection, where);
    }, tree);
  }

  /** @throws {TypeError} if the file lacks a layer that blobs are given for. */
  finish(): void {
    const [left] = this.#pending;
    if (left === undefined) return;
    throw new TypeError(`Cannot change layer "${left.layer}": the file has no such layer`);
  }
}

function change(tree: Tree, { layer, index = 0, value }: Injection, where: string): Tree {
  const blobs = tree.entries.filter(({ name }) => name === "blobs");
  const refuse = (state: string): never => {
    throw new TypeError(`Cannot change layer "${layer}": ${state}`);
  };
  const old = blobs[index] && blobOf(blobs[index], where);
  if (old === undefined && index !== blobs.length) {
    refuse(
      `blob ${index} is given, but it has ${blobs.length} learned blobs: only blob ${blobs.length} ` +
        "can be added",
    );
  }
  if (typeof value === "number") {
    if (old === undefined) return refuse(`it has no blob ${index} that a number could fill`);
    return replace(tree, blobs[index]!, { ...old, data: old.data.map(() => value) });
  }
  const problem = problemOf(value);
  if (problem !== undefined) refuse(`the value for its blob ${index} ${problem}`);
  if (old === undefined) return replace(tree, undefined, value);
  if (old.data.length !== value.data.length) {
    refuse(`its blob ${index} is ${showShape(old.shape)}, but ${showShape(value.shape)} is given`);
  }
  return replace(tree, blobs[index]!, { shape: old.shape, data: value.data });
}

/** Decodes a blob from its bytes or its tree. */
function blobOf({ value }: Entry, where: string): Tensor {
  const bytes = value instanceof Uint8Array
    ? numbersOf(value)
    : join([...encodeBinary(value as Tree, where, () => {})]);
  return readBlob(readBinary(bytes, where).read(BlobProto), where, "a blob");
}

/** The layer with a blob replaced or, without an old one, appended. */
function replace(tree: Tree, old: Entry | undefined, tensor: Tensor): Tree {
  const blob = blobEntry(tensor);
  const entries = old === undefined
    ? [...tree.entries, blob]
    : tree.entries.map((entry) => entry === old ? blob : entry);
  return { ...tree, entries };
}

/** A layer with these learned blobs in place of its own; with `undefined`, it keeps them. */
export function withBlobs(tree: Tree, blobs: readonly Tensor[] | undefined): Tree {
  if (blobs === undefined) return tree;
  const others = tree.entries.filter(({ name }) => name !== "blobs");
  return { ...tree, entries: [...others, ...blobs.map(blobEntry)] };
}

function blobEntry(tensor: Tensor): Entry {
  const field = LayerParameter.fields.blobs!;
  return { name: "blobs", field, value: treeOf(BlobProto, blobMessage(tensor)) };
}
