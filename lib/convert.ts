/**
 * Converts a Caffe network: bytes in, a model out.
 *
 * @module
 */
import { numbersOf } from "../proto/mod.ts";
import type { Graph } from "../runtime/graph.ts";
import { labelCounts, scoresOf, taskOf } from "./answers/task.ts";
import type { Net } from "./caffe/net.ts";
import { selectLayers } from "./caffe/phase.ts";
import { checkOptions } from "./check_options.ts";
import type { ConvertOptions } from "./convert_options.ts";
import { cutNet, endAt } from "./cut.ts";
import { layerTable } from "./layers/mod.ts";
import { lowerFiles, readFiles } from "./lower_files.ts";
import type { Model } from "./model.ts";
import type { NamedFile } from "./named_file.ts";
import { showAmount } from "./numbers.ts";
import { preprocessingOf } from "./preprocessing.ts";
import { summarize } from "./summary.ts";
import { optimize } from "./transforms/mod.ts";

/**
 * Converts a network.
 *
 * @param network A prototxt, or a caffemodel that holds the network as well: V0, V1 or current
 * format, text or binary.
 * @throws {SyntaxError} with the file and the position (line and column, or byte), if a file cannot be
 * read.
 * @throws {TypeError} naming the layer that cannot be converted, or all layers of unknown types; if
 * the prototxt and the caffemodel are swapped, or an HDF5 file is given as the network; or if an
 * option is invalid.
 */
export function convert(network: NamedFile, options: ConvertOptions = {}): Model {
  const { caffemodel, phase, level = 0, stages = [], inputShapes, outputs, transforms } = options;
  checkOptions(options);
  const warn = options.warn ?? (() => {});
  const files = readFiles(network, caffemodel);
  const all = selectLayers(files.network.net, { phase: phase ?? "TEST", level, stages });
  const net = outputs ? cutNet(all, outputs, layerTable(options.layers)) : all;
  const lowered = lowerFiles(files, net, {
    inputShapes,
    layers: options.layers,
    inject: options.inject,
    settings: { alignCrops: options.alignCrops },
    warn,
  });
  const ended = outputs ? endAt(lowered.graph, outputs, all) : lowered.graph;
  const graph = optimize(ended, transforms);
  if (!options.deferWeights) graph.constants.forEach(numbersOf);
  if (options.labels) warnOfOthers(options.labels, graph, warn);
  return {
    graph,
    preprocessing: preprocessingOf(
      net,
      files.weights?.net,
      graph.inputs,
      options.preprocessing ?? {},
      warn,
    ),
    labels: options.labels ?? null,
    provenance: provenanceOf(network, caffemodel, net),
    summary: summarize(lowered),
    untrained: lowered.untrained,
  };
}

/** Warns if the number of labels differs from the number of classes of every output. */
function warnOfOthers(
  labels: readonly string[],
  graph: Graph,
  warn: (message: string) => void,
): void {
  const task = taskOf(graph, labels), known = labelCounts(graph, task);
  const given = `there ${labels.length === 1 ? "is" : "are"} ${showAmount(labels.length, "label")}`;
  if (known.length > 0) {
    if (known.includes(labels.length)) return;
    const classes = known[0] === 1 ? "1 class" : `${known[0]} classes`;
    return warn(`${given}, but the network has ${classes}`);
  }
  const scores = scoresOf(graph).map(({ name, value }) => [name, value.shape[1]!] as const);
  if (scores.length === 0 || scores.some(([, classes]) => classes === labels.length)) return;
  const counts = scores.map(([name, classes]) => `"${name}" has ${showAmount(classes, "score")}`);
  warn(`${given}, but ${counts.join(" and ")}`);
}

function provenanceOf(
  network: NamedFile,
  caffemodel: NamedFile | undefined,
  net: Net,
): Record<string, string> {
  return {
    converter: "kaffe",
    network: fileName(network),
    ...(caffemodel === undefined ? {} : { caffemodel: fileName(caffemodel) }),
    // Depending on the file, an input may or may not be a layer.
    layers: String(net.layers.filter(({ type }) => type !== "Input").length),
  };
}

/** The name of a file without its folders, so that a bundle does not depend on its sources' location. */
function fileName({ name }: NamedFile): string {
  return name.split(/[\\/]/).at(-1)!;
}
