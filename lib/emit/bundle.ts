/**
 * Writes a model as a bundle, in the format of `runtime/bundle/bundle.ts`.
 *
 * @module
 */
import {
  bundleVersion,
  type ConstantFile,
  type ModelFile,
  modelMember,
  type NodeFile,
} from "../../runtime/bundle/model_file.ts";
import { type Graph, type Node, opNameOf, opOf, type Value } from "../../runtime/graph.ts";
import { omitDefaults } from "../../runtime/ops/attribute.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { UniqueNames } from "../../runtime/unique_names.ts";
import { expectNames, expectWord } from "../expect_options.ts";
import { toJson } from "../json.ts";
import { expectWeights, type Model, wholeModel, type WrittenModel } from "../model.ts";
import type { Compressor } from "./deflate/huffman.ts";
import { memberName, MemberNames } from "./member_name.ts";
import { npyHeader, npyParts, storedParts } from "./npy.ts";
import { type NpzMember, type Rewrite, writeNpz } from "./npz.ts";
import { fitsHalf } from "./rounding/fits_half.ts";
import { multiplicands } from "./rounding/multiplicands.ts";
import { quantize } from "./rounding/quantize.ts";
import { roundToHalves } from "./rounding/round_to_halves.ts";
import type { RoundingError } from "./rounding/rounding_error.ts";

/** The storage format of weights: exact, or rounded to half or a quarter of the size. */
export type WeightsType = "float32" | "float16" | "int8";

/** Options of `writeBundle`. */
export interface BundleOptions {
  /**
   * The storage format; `"float32"` by default, which is exact. With `"float16"`, constants beyond
   * its range stay in float32. With `"int8"`, only weights of convolutions and fully connected
   * layers are quantized, with one scale per output.
   */
  readonly weights?: WeightsType;
  /** Receives the error that rounding has caused in each constant. */
  readonly onRounded?: (error: RoundingError) => void;
  /**
   * Overwrites bytes that were already handed over; a writer that can do so finishes earlier. It must
   * write each chunk before it requests the next but one, since they share memory.
   */
  readonly rewrite?: Rewrite | undefined;
  /** Compresses large members, on other threads for instance; by default the calling thread does. */
  readonly compressor?: Compressor | undefined;
}

/**
 * The bytes of a bundle, in the order in which they are to be written.
 *
 * @throws {TypeError} when the first chunk is requested, if an option is invalid or the model has
 * layers without weights; or later, if the bundle exceeds 4 GiB.
 * @throws {RangeError} if int8 is requested, and a weight is infinite or NaN.
 */
export function* writeBundle(
  written: WrittenModel,
  options: BundleOptions = {},
): Generator<Uint8Array<ArrayBuffer>> {
  const model = wholeModel(written), doing = "write the bundle";
  const all = { weights: true, onRounded: true, rewrite: true, compressor: true } as const;
  expectNames(doing, options, all);
  const { weights = "float32", onRounded } = options;
  expectWord(doing, "weights", weights, ["float32", "float16", "int8"]);
  expectWeights(model, "bundle");
  const meanName = meanNameFor(model.graph);
  const constants = constantsOf(model, meanName);
  const multiplied = weights === "int8" ? multiplicands(model.graph) : new Set<string>();
  const members = nameMembers(constants, multiplied);
  // The reader restores infinities from their names.
  const text = toJson(describe(model, members, meanName));
  yield* writeNpz(
    (function* (): Generator<NpzMember> {
      yield { name: modelMember, parts: [new TextEncoder().encode(text)] };
      for (const { name, member, scales } of members) {
        const tensor = constants.get(name)!, { shape } = tensor;
        if (scales !== undefined) {
          const quantized = quantize(tensor, name);
          yield { name: member, parts: [npyHeader("|i1", shape), quantized] };
          const rows = { shape: [shape[0]!], data: quantized.scales };
          yield { name: scales, parts: npyParts(rows) };
          onRounded?.(quantized.error(name));
        } else if (weights === "float16" && fitsHalf(tensor)) {
          const rounded = roundToHalves(tensor);
          yield { name: member, parts: [npyHeader("<f2", shape), rounded] };
          onRounded?.(rounded.error(name));
        } else {
          yield { name: member, parts: storedParts(tensor) };
        }
      }
    })(),
    options,
  );
}

/** A name for the mean image that no value has. */
function meanNameFor({ inputs, constants, nodes }: Graph): string {
  const values = [...inputs, ...constants.keys(), ...nodes.map(({ output }) => output)];
  return new UniqueNames(values.map(({ name }) => name)).take("preprocessing/mean");
}

function constantsOf({ graph, preprocessing }: Model, meanName: string): Map<string, Tensor> {
  const constants = new Map<string, Tensor>();
  for (const [{ name, shape }, data] of graph.constants) constants.set(name, { shape, data });
  if (preprocessing?.meanImage) constants.set(meanName, preprocessing.meanImage);
  return constants;
}

/** The members of each constant and its scales, distinct also on file systems that ignore case. */
function nameMembers(
  constants: ReadonlyMap<string, Tensor>,
  scaled: ReadonlySet<string>,
): ConstantFile[] {
  const names = new MemberNames([modelMember]);
  return [...constants].map(([name, { shape }]) => {
    const slash = name.lastIndexOf("/");
    const member = names.take(
      slash < 0
        ? memberName(name, "value")
        : memberName(name.slice(0, slash), name.slice(slash + 1)),
    );
    if (!scaled.has(name)) return { name, shape, member };
    return { name, shape, member, scales: names.take(member.replace(/\.npy$/, "_scales.npy")) };
  });
}

function describe(
  model: Model,
  constants: readonly ConstantFile[],
  meanName: string,
): ModelFile {
  const { graph, preprocessing, labels, provenance } = model;
  return {
    format: "kaffe",
    // Bundles without scales stay readable by version 1 readers.
    version: constants.some(({ scales }) => scales !== undefined) ? bundleVersion : 1,
    name: graph.name,
    inputs: graph.inputs.map(({ name, shape }) => ({ name, shape })),
    constants,
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

/** The names of constants, and of values with names other than their own. */
function namesOf({ names, constants }: Graph): [name: string, value: string][] {
  const listed = new Set<Value>();
  for (const [name, value] of names) {
    if (value.name !== name || constants.has(value)) listed.add(value);
  }
  return [...names].filter(([, value]) => listed.has(value))
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
