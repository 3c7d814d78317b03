/**
 * The error of commands for one task about networks for another.
 *
 * @module
 */
import { taskOf } from "../lib/answers/task.ts";
import type { Task } from "../lib/answers/task_kinds.ts";
import { decodingLayer, type YoloMaps, yoloMapsOf } from "../lib/answers/yolo_maps.ts";
import { givenInputs, namedValues } from "../runtime/graph.ts";
import { showShape } from "../runtime/tensor.ts";
import type { OpenedNetwork } from "./opened_network.ts";

/** The advice for each kind of network. */
const commands: Readonly<Record<Task["kind"], string>> = {
  detection: "kaffe detect detects objects with it",
  segmentation: "kaffe segment segments pictures with it",
  classification: "kaffe classify classifies pictures with it",
  rendering: "kaffe render writes the pictures that it computes",
  other: "kaffe run writes its outputs",
};

/**
 * The error of a command that does not support a network: it lists the network's outputs, and names
 * the command that does.
 *
 * @param action The action that failed: `classify pictures`.
 * @param expected The output that is missing: `not one score for each class`.
 */
export function otherTask(
  { graph, labels, preprocessing }: Pick<OpenedNetwork, "graph" | "labels" | "preprocessing">,
  action: string,
  expected: string,
): TypeError {
  const values = namedValues(graph);
  const outputs = graph.outputs.map((name) => `"${name}" ${showShape(values.get(name)!.shape)}`);
  const task = taskOf(graph, labels);
  const yolo = task.kind === "detection" ? undefined : yoloMapsOf(graph);
  const takesPicture = preprocessing !== null &&
    (givenInputs(graph).length === 1 || task.kind === "detection" && task.form === "regions");
  const advice = yolo === undefined
    ? commands[takesPicture ? task.kind : "other"]
    : adviceOnMaps(yolo);
  return new TypeError(
    `Cannot ${action}: the network computes ${outputs.join(" and ")}, ${expected}; ${advice}`,
  );
}

/** The advice for outputs that look like maps of YOLO. */
function adviceOnMaps(maps: YoloMaps): string {
  if (maps.version === 5) {
    return "they may be maps of YOLO v5, which are decoded only for the 80 classes of COCO; " +
      commands.other;
  }
  return "if these are the maps of YOLO v3 or v4, kaffe detect detects objects with it once this " +
    "layer is appended to the prototxt, with the anchors (biases) and masks from training " +
    `instead of those of YOLO v${maps.version} for COCO:\n\n${decodingLayer(maps)}`;
}
