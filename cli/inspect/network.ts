/**
 * Describes a Caffe network.
 *
 * @module
 */
import type { Net } from "../../lib/caffe/net.ts";
import { selectLayers } from "../../lib/caffe/phase.ts";
import { readNet } from "../../lib/caffe/read.ts";
import { warningOfUnknownFields } from "../../lib/caffe/unknown_fields.ts";
import type { ConvertOptions } from "../../lib/convert_options.ts";
import type { NamedFile } from "../../lib/named_file.ts";
import { layerFields } from "../../lib/layers/mod.ts";
import { lower, type Lowered } from "../../lib/lowering/lower.ts";
import { showAmount } from "../../lib/numbers.ts";
import { summarize, totalsOf } from "../../lib/summary.ts";
import { showShape } from "../../runtime/tensor.ts";
import { layerTable } from "../layer_table.ts";
import { printWarning } from "../print.ts";
import { showTable } from "../table.ts";
import { type Description, fromTo, quoted } from "./description.ts";

/** Describes a network: the costs of its layers or, if it cannot be converted, only its layers. */
export function describeNetwork(
  { bytes, name: file }: NamedFile,
  options: ConvertOptions,
): Description {
  const { inputShapes = new Map(), phase = "TEST", level = 0, stages = [], layers } = options;
  const settings = { alignCrops: options.alignCrops };
  const net = selectLayers(readNet(bytes, { file }), { phase, level, stages });
  try {
    return describeCosts(
      warningOfUnknownFields(
        net,
        layerFields(layers),
        printWarning,
        () => lower(net, { inputShapes, layers, settings, warn: printWarning }),
      ),
    );
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return describeFile(net, error.message);
  }
}

function describeCosts(lowered: Lowered): Description {
  const { name, inputs, outputs } = lowered.graph;
  const rows = summarize(lowered);
  return {
    kind: "network",
    text: `network${quoted(name)}, ${fromTo(inputs, outputs)}\n\n${layerTable(rows)}`,
    json: { name, inputs, outputs, layers: rows, totals: totalsOf(rows) },
  };
}

/** Lists the layers of the file, without shapes and costs. */
function describeFile({ name, layers }: Net, missing: string): Description {
  const table = showTable(
    ["name", "type", "tops", "learned blobs"],
    layers.map(({ name, type, tops, blobs }) => {
      return [name, type, tops.join(", "), blobs.map(({ shape }) => showShape(shape)).join(" ")];
    }),
  );
  printWarning(`shapes and costs are not known: ${missing}`);
  return {
    kind: "network",
    text: `network${quoted(name)}, ${showAmount(layers.length, "layer")}\n\n${table}`,
    json: {
      name,
      layers: layers.map(({ name, type, bottoms, tops, blobs }) => {
        return { name, type, bottoms, tops, blobs: blobs.map(({ shape }) => shape) };
      }),
      missing,
    },
  };
}
