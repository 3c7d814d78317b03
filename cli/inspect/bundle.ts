/**
 * Describes a bundle.
 *
 * @module
 */
import { summarizeGraph, totalsOf } from "../../lib/summary.ts";
import { readBundle } from "../../runtime/bundle/bundle.ts";
import { givenInputs } from "../../runtime/graph.ts";
import type { Pair } from "../../runtime/ops/attribute.ts";
import type { CustomOp } from "../../runtime/ops/op.ts";
import type { Preprocessing } from "../../runtime/preprocess.ts";
import { showShape } from "../../runtime/tensor.ts";
import { layerTable } from "../layer_table.ts";
import { type Description, fromTo, quoted } from "./description.ts";

/** Describes a bundle: its nodes and their costs, preprocessing, labels and provenance. */
export async function describeBundle(
  bytes: Uint8Array<ArrayBuffer>,
  ops: readonly CustomOp[],
): Promise<Description> {
  const { graph, preprocessing, labels, provenance } = await readBundle(bytes, undefined, ops);
  const { name, outputs } = graph;
  const inputs = givenInputs(graph);
  const rows = summarizeGraph(graph);
  const lines = [
    `bundle${quoted(name)}, ${fromTo(inputs, outputs)}`,
    "",
    layerTable(rows),
    "",
    `preprocessing: ${preprocessing === null ? "none" : showPreprocessing(preprocessing)}`,
    `labels: ${labels === null ? "none" : labels.length}`,
    `provenance: ${Object.entries(provenance).map((pair) => pair.join(" ")).join(", ")}`,
  ];
  return {
    kind: "bundle",
    text: lines.join("\n"),
    json: {
      name,
      inputs,
      outputs,
      nodes: rows,
      totals: totalsOf(rows),
      preprocessing: preprocessing &&
        { ...preprocessing, meanImage: preprocessing.meanImage?.shape ?? null },
      labels: labels?.length ?? 0,
      provenance,
    },
  };
}

function showPreprocessing(preprocessing: Preprocessing): string {
  const { channelOrder, resize, crop, mean, scale, meanImage } = preprocessing;
  return [
    channelOrder,
    resize === null ? "" : showResize(resize),
    crop === null ? "" : `cropped to ${showSize(crop)}`,
    mean.length === 0 ? "" : `minus ${mean.join(", ")}`,
    meanImage === null ? "" : `minus a mean image ${showShape(meanImage.shape)}`,
    scale === 1 ? "" : `times ${scale}`,
  ].filter((part) => part !== "").join(", ");
}

function showResize(resize: NonNullable<Preprocessing["resize"]>): string {
  return "exact" in resize
    ? `resized to ${showSize(resize.exact)}`
    : `shorter side resized to ${resize.short}`;
}

function showSize([height, width]: Pair): string {
  return `${width}×${height}`;
}
