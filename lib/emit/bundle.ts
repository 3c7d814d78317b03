/**
 * Writes a model as a bundle; `runtime/bundle.ts` says what that is.
 *
 * @module
 */
import { bundleVersion, type ModelFile, modelMember, type NodeFile } from "../../runtime/bundle.ts";
import { type Graph, type Node, opNameOf, opOf, type Value } from "../../runtime/graph.ts";
import { omitDefaults } from "../../runtime/ops/attribute.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import type { Model } from "../model.ts";
import { memberName } from "./member_name.ts";
import { npyParts, type NpyType } from "./npy.ts";
import { type NpzMember, writeNpz } from "./npz.ts";

/** How a bundle is written. */
export interface BundleOptions {
  /** How weights are kept: as they are, or rounded to half the size. */
  readonly weights?: NpyType;
}

/**
 * The bytes of a bundle, in the order in which they are to be written.
 *
 * @throws {TypeError} if the model has layers whose weights nobody gave.
 */
export function* writeBundle(
  model: Model,
  { weights = "float32" }: BundleOptions = {},
): Generator<Uint8Array> {
  if (model.untrained.length > 0) {
    const [first, ...others] = model.untrained;
    throw new TypeError(
      `Cannot write the bundle: layer "${first}"` +
        (others.length > 0 ? ` and ${others.length} others have` : " has") +
        " no weights; give the caffemodel",
    );
  }
  const meanName = meanNameFor(model.graph);
  const constants = constantsOf(model, meanName);
  const members = nameMembers([...constants.keys()]);
  yield* writeNpz((function* (): Generator<NpzMember> {
    yield { name: modelMember, parts: [encode(describe(model, members, meanName))] };
    for (const [name, tensor] of constants) {
      yield { name: members.get(name)!, parts: npyParts(tensor, weights) };
    }
  })());
}

/** What the mean image is called among the constants: a name that no value has. */
function meanNameFor({ inputs, constants, nodes }: Graph): string {
  const values = [...inputs, ...constants.keys(), ...nodes.map(({ output }) => output)];
  const taken = new Set(values.map(({ name }) => name));
  let name = "preprocessing/mean";
  for (let i = 1; taken.has(name); i++) name = `preprocessing/mean_${i}`;
  return name;
}

function constantsOf({ graph, preprocessing }: Model, meanName: string): Map<string, Tensor> {
  const constants = new Map<string, Tensor>();
  for (const [{ name, shape }, data] of graph.constants) constants.set(name, { shape, data });
  if (preprocessing?.meanImage) constants.set(meanName, preprocessing.meanImage);
  return constants;
}

/** A member for each constant; file systems that ignore case see different names too. */
function nameMembers(names: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set([modelMember]);
  const counts = new Map<string, number>();
  return new Map(names.map((name) => {
    const slash = name.lastIndexOf("/");
    const wanted = slash < 0
      ? memberName(name, "value")
      : memberName(name.slice(0, slash), name.slice(slash + 1));
    const folded = wanted.toLowerCase();
    let member = wanted;
    let i = counts.get(folded) ?? 1;
    for (; taken.has(member.toLowerCase()); i++) member = wanted.replace(/\.npy$/, `_${i}.npy`);
    counts.set(folded, i);
    taken.add(member.toLowerCase());
    return [name, member];
  }));
}

function describe(
  model: Model,
  members: ReadonlyMap<string, string>,
  meanName: string,
): ModelFile {
  const { graph, preprocessing, labels, provenance } = model;
  return {
    format: "kaffe",
    version: bundleVersion,
    name: graph.name,
    inputs: graph.inputs.map(({ name, shape }) => ({ name, shape })),
    constants: [...members].map(([name, member]) => ({ name, member })),
    nodes: graph.nodes.map(describeNode),
    ...(graph.states.length > 0 && {
      states: graph.states.map(({ input, output }) => [input.name, output.name] as const),
    }),
    names: namesOf(graph),
    outputs: graph.outputs,
    preprocessing: preprocessing &&
      { ...preprocessing, meanImage: preprocessing.meanImage && meanName },
    labels,
    provenance,
  };
}

/** The names of constants, and of values that have others than their own. */
function namesOf({ names, constants }: Graph): [name: string, value: string][] {
  const told = new Set<Value>();
  for (const [name, value] of names) {
    if (value.name !== name || constants.has(value)) told.add(value);
  }
  return [...names].filter(([, value]) => told.has(value))
    .map(([name, value]) => [name, value.name]);
}

function describeNode(node: Node): NodeFile {
  return {
    op: opNameOf(node),
    name: node.output.name,
    inputs: node.inputs.map(({ name }) => name),
    attributes: omitDefaults(opOf(node).schema, node.attributes),
  };
}

function encode(model: ModelFile): Uint8Array {
  // JSON has no infinities; the reader knows them by name.
  const write = (_: string, value: unknown) =>
    typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
  return new TextEncoder().encode(JSON.stringify(model, write));
}
