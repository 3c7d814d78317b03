/**
 * What a network does instead of what it is asked for.
 *
 * @module
 */
import { taskOf } from "../lib/answers/task.ts";
import type { Task } from "../lib/answers/task_kinds.ts";
import { givenInputs, namedValues } from "../runtime/graph.ts";
import { showShape } from "../runtime/tensor.ts";
import type { OpenedNetwork } from "./network_file.ts";

/** What does something with each kind of network. */
const commands: Readonly<Record<Task["kind"], string>> = {
  detection: "kaffe detect tells the boxes that it finds",
  segmentation: "kaffe segment tells the class of each place",
  classification: "kaffe classify tells the classes of pictures",
  rendering: "kaffe render writes the pictures that it makes",
  other: "kaffe run writes what it gives",
};

/**
 * The error of a command that is not for a network: what the network gives, and what is for it.
 *
 * @param action What cannot be done.
 * @param expected What is not among what it gives.
 */
export function otherTask(
  { graph, labels, preprocessing }: Pick<OpenedNetwork, "graph" | "labels" | "preprocessing">,
  action: string,
  expected: string,
): TypeError {
  const values = namedValues(graph);
  const given = graph.outputs.map((name) => `"${name}" ${showShape(values.get(name)!.shape)}`);
  const task = taskOf(graph, labels);
  const takesPicture = preprocessing !== null &&
    (givenInputs(graph).length === 1 || task.kind === "detection" && task.form === "regions");
  return new TypeError(
    `Cannot ${action}: the network gives ${given.join(" and ")}, ${expected}; ` +
      commands[takesPicture ? task.kind : "other"],
  );
}
