/**
 * Shows the errors that rounded weights cause: in the weights of each layer, its blob, and the
 * outputs.
 *
 * @module
 */
import type { RoundingError } from "../lib/emit/rounding/rounding_error.ts";
import type { Model } from "../lib/model.ts";
import { noise } from "../lib/noise.ts";
import { showCount } from "../lib/numbers.ts";
import { readBundle } from "../runtime/bundle/bundle.ts";
import type { Graph } from "../runtime/graph.ts";
import type { CustomOp } from "../runtime/ops/op.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { largestDifference } from "./difference.ts";
import { readFile } from "./files.ts";
import { runInParts } from "./run_in_parts.ts";
import { right, showTable } from "./table.ts";

/**
 * A table with a row for each constant that was rounded, and one for each output.
 *
 * @param path The bundle that was written.
 * @param given The inputs of the network; by default noise in the range of a picture.
 * @param ops The custom ops of the network.
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
  const blobs = [...new Set([...errors.map(({ name }) => readers.get(name)!), ...graph.outputs])];
  const differences = await differencesOf(model, path, inputs, blobs, ops);
  const show = (error: number | undefined) => error === undefined ? "" : error.toExponential(1);
  return showTable(
    ["constant", ...right("weights", "error"), "blob", ...right("error")],
    [
      ...errors.map(({ name, count, relative }) => {
        const blob = readers.get(name)!;
        return [name, showCount(count), show(relative), blob, show(differences.get(blob))];
      }),
      ...graph.outputs.map((name) => ["(output)", "", "", name, show(differences.get(name))]),
    ],
  );
}

/** The error of each blob, relative to its largest magnitude. */
async function differencesOf(
  { graph }: Model,
  path: string,
  inputs: Readonly<Record<string, Tensor>>,
  outputs: readonly string[],
  ops: readonly CustomOp[],
): Promise<Map<string, number>> {
  const options = { ops, onNotice: () => {} };
  const expected = new Map<string, Float32Array>(), differences = new Map<string, number>();
  await runInParts(graph, inputs, outputs, options, (name, { data }) => expected.set(name, data));
  const rounded = await graphOf(path, ops);
  await runInParts(rounded, inputs, outputs, options, (name, { data }) => {
    differences.set(name, largestDifference(data, expected.get(name)!));
    expected.delete(name);
  });
  return differences;
}

/** The graph of a bundle, with copies of what would keep all of the bundle's bytes. */
async function graphOf(path: string, ops: readonly CustomOp[]): Promise<Graph> {
  const bytes = await readFile(path), { graph } = await readBundle(bytes, undefined, ops);
  const constants = [...graph.constants].map(([value, data]) => {
    return [value, data.buffer === bytes.buffer ? data.slice() : data] as const;
  });
  return { ...graph, constants: new Map(constants) };
}

/** The shape of a single image, if the shape is that of a batch of images. */
function oneSample(shape: Tensor["shape"]): Tensor["shape"] {
  return shape.length === 4 ? shape.with(0, 1) : shape;
}
