/**
 * A random network in other files: spelled anew, turned from text to binary and back, written as a
 * class, or asked for another batch.
 *
 * @module
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import type { ConvertOptions } from "../../lib/convert_options.ts";
import { writeBundle } from "../../lib/emit/bundle.ts";
import { writeSource } from "../../lib/emit/source.ts";
import type { Model } from "../../lib/model.ts";
import { upgrade } from "../../lib/upgrade/mod.ts";
import { type Graph, withInputShapes } from "../../runtime/graph.ts";
import { Network } from "../../runtime/network.ts";
import type { Shape } from "../../runtime/tensor.ts";
import { join } from "../join.ts";
import { Random } from "../random.ts";
import type { RandomNetwork } from "./network.ts";
import { respell } from "./respell.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);

/** The model of a network as its files are, or of others that say the same. */
export function modelOf(
  { prototxt, caffemodel }: Pick<RandomNetwork, "prototxt" | "caffemodel">,
  options: ConvertOptions = {},
): Model {
  return convert({ bytes: bytesOf(prototxt), name: "random.prototxt" }, {
    ...(caffemodel && { caffemodel: { bytes: caffemodel, name: "random.caffemodel" } }),
    ...options,
  });
}

/** The model of a network that is spelled anew. */
export function respelled(network: RandomNetwork): Model {
  const prototxt = respell(network.prototxt, new Random(network.seed));
  return modelOf({ ...network, prototxt });
}

/** The model of a network whose files were turned into the other format and back. */
export function upgraded(network: RandomNetwork): Model {
  const through = (bytes: Uint8Array, ...formats: ("text" | "binary")[]) =>
    formats.reduce(
      (file, format) => join([...upgrade({ bytes: file, name: "" }, { format })]),
      bytes,
    );
  // Settings of forks have names but no numbers, so that text stays text.
  const prototxt = new TextDecoder().decode(through(bytesOf(network.prototxt), "text"));
  const { caffemodel } = network;
  return modelOf({ prototxt, caffemodel: caffemodel && through(caffemodel, "text", "binary") });
}

/** A network loaded by the class that is written for it. */
export async function loadClass(model: Model): Promise<Network> {
  const runtime = new URL("../../runtime/mod.ts", import.meta.url).href;
  const source = writeSource(model, { className: "Written", runtime });
  const { Written } = await import(`data:application/typescript,${encodeURIComponent(source)}`);
  return await load(model, Written);
}

/** A network loaded from the bundle of a model. */
export async function load(model: Model, Class: typeof Network = Network): Promise<Network> {
  const bundle = new Blob([...writeBundle(model)] as BlobPart[]);
  return await Class.load(bundle, { device: "reference" });
}

/**
 * Checks that a network which is given another batch when it runs is the one that is converted for
 * that batch, or that both are refused.
 */
export function checkBatch(network: RandomNetwork, batch: number): void {
  const { graph } = modelOf(network, { transforms: [] });
  const remembered = new Set(graph.states.map(({ input }) => input));
  const shapes = new Map<string, Shape>(
    graph.inputs.filter((value) => !remembered.has(value) && value.shape.length > 0)
      .map(({ name, shape }) => [name, shape.with(0, batch)]),
  );
  const run = attempt(() => withInputShapes(graph, shapes));
  const converted = attempt(() => modelOf(network, { transforms: [], inputShapes: shapes }).graph);
  // What is learned may have the shape of the batch: then the conversion alone is refused.
  if (run === undefined || converted === undefined) return;
  const describe = ({ nodes, names }: Graph) => [
    nodes.map(({ op, attributes, output }) => [op, attributes, output]),
    [...names].map(([name, { shape }]) => [name, shape]),
  ];
  assert.deepEqual(describe(run), describe(converted));
}

function attempt<Result>(action: () => Result): Result | undefined {
  try {
    return action();
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
