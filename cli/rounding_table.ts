/**
 * Shows what rounded weights change: the weights of each layer, its blob, and the outputs.
 *
 * @module
 */
import type { RoundingError } from "../lib/emit/rounding_error.ts";
import type { Model } from "../lib/model.ts";
import { noise } from "../lib/noise.ts";
import { showCount } from "../lib/numbers.ts";
import { openEngine } from "../runtime/engines/mod.ts";
import { type Graph, withInputShapes } from "../runtime/graph.ts";
import { Network } from "../runtime/network.ts";
import type { CustomOp } from "../runtime/ops/op.ts";
import { showShape, type Tensor } from "../runtime/tensor.ts";
import { largestDifference } from "./difference.ts";
import { readFile } from "./files.ts";
import { showTable } from "./table.ts";

/**
 * A table with a row for each constant that was rounded, and one for each output.
 *
 * @param path The bundle that was written.
 * @param given What the network is fed; what is left out is noise like that of a picture.
 * @param ops The ops that it needs beside the runtime's own.
 */
export async function roundingTable(
  model: Model,
  path: string,
  errors: readonly RoundingError[],
  given: ReadonlyMap<string, Tensor>,
  ops: readonly CustomOp[],
): Promise<string> {
  const { graph } = model;
  const inputs = Object.fromEntries(
    graph.inputs.map(({ name, shape }) => [name, given.get(name) ?? noise(oneSample(shape), 128)]),
  );
  const readers = new Map(
    graph.nodes.flatMap((node) => node.inputs.map(({ name }) => [name, node.output.name])),
  );
  const wanted = [...new Set([...errors.map(({ name }) => readers.get(name)!), ...graph.outputs])];
  const differences = await differencesOf(model, path, inputs, wanted, ops);
  const percent = (part: number | undefined) => part === undefined ? "" : part.toExponential(1);
  return showTable(
    [
      { heading: "constant" },
      { heading: "weights", align: "right" },
      { heading: "error", align: "right" },
      { heading: "blob" },
      { heading: "error", align: "right" },
    ],
    [
      ...errors.map(({ name, count, relative }) => {
        const blob = readers.get(name)!;
        return [name, showCount(count), percent(relative), blob, percent(differences.get(blob))];
      }),
      ...graph.outputs.map((name) => ["(output)", "", "", name, percent(differences.get(name))]),
    ],
  );
}

/**
 * Refuses what a network could not be run on.
 *
 * @throws {TypeError} that names the shapes.
 */
export function checkFed(graph: Graph, given: ReadonlyMap<string, Tensor>): void {
  const shapes = new Map([...given].map(([name, { shape }]) => [name, shape]));
  try {
    withInputShapes(graph, shapes);
  } catch (cause) {
    const told = graph.inputs.filter(({ name }) => shapes.has(name)).map(({ name, shape }) =>
      `"${name}" ${showShape(shapes.get(name)!)} for ${showShape(shape)}`
    );
    const { message } = cause as Error;
    throw new TypeError(`Cannot feed ${told.join(" and ")}: ${message}`, { cause });
  }
}

/** How far each blob is from what it would be, relative to its largest value. */
async function differencesOf(
  { graph }: Model,
  path: string,
  inputs: Readonly<Record<string, Tensor>>,
  outputs: readonly string[],
  ops: readonly CustomOp[],
): Promise<Map<string, number>> {
  const options = { ops, onNotice: () => {} };
  const nothing = { constants: new Map(), preprocessing: null, labels: null, provenance: {} };
  const run = async (network: Network) => {
    try {
      return await network.run(inputs, { outputs });
    } finally {
      network.destroy();
    }
  };
  // One after the other: a large network need not be in memory twice.
  const expected = await run(new Network({ graph, ...nothing }, await openEngine(options)));
  const actual = await run(await Network.load(await readFile(path), options));
  return new Map(
    outputs.map((name) => [name, largestDifference(actual[name]!.data, expected[name]!.data)]),
  );
}

/** The shape of an image, of which there need be no batch. */
function oneSample(shape: Tensor["shape"]): Tensor["shape"] {
  return shape.length === 4 ? shape.with(0, 1) : shape;
}
