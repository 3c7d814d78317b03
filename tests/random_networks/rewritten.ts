/**
 * Equivalent forms of a random network: respelled, converted to text or binary, written as a class,
 * or run with another batch size.
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

/** The model of a network, from its files. */
export function modelOf(
  { prototxt, caffemodel }: Pick<RandomNetwork, "prototxt" | "caffemodel">,
  options: ConvertOptions = {},
): Model {
  return convert({ bytes: bytesOf(prototxt), name: "random.prototxt" }, {
    ...(caffemodel && { caffemodel: { bytes: caffemodel, name: "random.caffemodel" } }),
    ...options,
  });
}

/** The model of a network whose prototxt is respelled. */
export function respelled(network: RandomNetwork): Model {
  const prototxt = respell(network.prototxt, new Random(network.seed));
  return modelOf({ ...network, prototxt });
}

/** The model of a network whose files are rewritten by `upgrade`, the weights as text and back. */
export function upgraded(network: RandomNetwork): Model {
  const through = (bytes: Uint8Array, ...formats: ("text" | "binary")[]) =>
    formats.reduce(
      (file, format) => join([...upgrade({ bytes: file, name: "" }, { format })]),
      bytes,
    );
  // Settings of forks have no field numbers, so the prototxt cannot become binary.
  const prototxt = new TextDecoder().decode(through(bytesOf(network.prototxt), "text"));
  const { caffemodel } = network;
  return modelOf({ prototxt, caffemodel: caffemodel && through(caffemodel, "text", "binary") });
}

/** A network loaded by its generated class. */
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
 * Checks that changing the batch size of a graph gives the same graph as a conversion for that batch
 * size, unless either is refused.
 */
export function checkBatch(network: RandomNetwork, batch: number): void {
  const { graph } = modelOf(network, { transforms: [] });
  const states = new Set(graph.states.map(({ input }) => input));
  const shapes = new Map<string, Shape>(
    graph.inputs.filter((value) => !states.has(value) && value.shape.length > 0)
      .map(({ name, shape }) => [name, shape.with(0, batch)]),
  );
  const run = resultOf(() => withInputShapes(graph, shapes));
  const converted = resultOf(() => modelOf(network, { transforms: [], inputShapes: shapes }).graph);
  // If a learned blob has the shape of the batch, only the conversion is refused.
  if (run === undefined || converted === undefined) return;
  const describe = ({ nodes, names }: Graph) => [
    nodes.map(({ op, attributes, output }) => [op, attributes, output]),
    [...names].map(([name, { shape }]) => [name, shape]),
  ];
  assert.deepEqual(describe(run), describe(converted));
}

/** The result of an action, or `undefined` if it is refused. */
function resultOf<Result>(action: () => Result): Result | undefined {
  try {
    return action();
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
