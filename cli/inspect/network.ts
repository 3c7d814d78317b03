/**
 * Describes a Caffe network.
 *
 * @module
 */
import { readNet } from "../../lib/caffe/read.ts";
import { selectLayers } from "../../lib/caffe/phase.ts";
import { convert, type ConvertOptions, type NamedBytes } from "../../lib/convert.ts";
import { showShape } from "../../runtime/tensor.ts";
import { layerTable, totalsOf } from "../layer_table.ts";
import { printWarning } from "../print.ts";
import { showTable } from "../table.ts";
import type { Description } from "./description.ts";

/** Describes a network: what its layers cost, or what is in the file if that cannot be told. */
export function describeNetwork(network: NamedBytes, options: ConvertOptions): Description {
  try {
    // Transforms would copy weights, and the table is of the layers before them.
    const model = convert(network, { ...options, transforms: [], warn: printWarning });
    const { graph: { name, inputs, outputs }, summary } = model;
    const told = inputs.map((input) => `${input.name} ${showShape(input.shape)}`).join(", ");
    return {
      kind: "network",
      text: `network "${name}", from ${told} to ${outputs.join(", ")}\n\n${layerTable(summary)}`,
      json: { name, inputs, outputs, layers: summary, totals: totalsOf(summary) },
    };
  } catch (error) {
    // A file that cannot be read at all is an error here too.
    if (!(error instanceof TypeError)) throw error;
    return describeFile(network, options, error.message);
  }
}

/** Lists the layers as the file has them. */
function describeFile(
  { bytes, name: file }: NamedBytes,
  { phase, level = 0, stages = [] }: ConvertOptions,
  missing: string,
): Description {
  const { name, layers } = selectLayers(readNet(bytes, { file }), {
    phase: phase ?? "TEST",
    level,
    stages,
  });
  const table = showTable(
    [{ heading: "name" }, { heading: "type" }, { heading: "tops" }, { heading: "learned blobs" }],
    layers.map(({ name, type, tops, blobs }) => {
      return [name, type, tops.join(", "), blobs.map(({ shape }) => showShape(shape)).join(" ")];
    }),
  );
  printWarning(`shapes and costs are not known: ${missing}`);
  return {
    kind: "network",
    text: `network "${name}", ${layers.length} layers\n\n${table}`,
    json: {
      name,
      layers: layers.map(({ name, type, bottoms, tops, blobs }) => {
        return { name, type, bottoms, tops, blobs: blobs.map(({ shape }) => shape) };
      }),
      missing,
    },
  };
}
