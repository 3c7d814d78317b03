/**
 * Interprets the outputs of a network: as classes, boxes, a class map or a picture.
 *
 * @module
 */
import { classMapOf, paintMap, sharesOf } from "../lib/answers/class_map.ts";
import { foundBoxes } from "../lib/answers/found_boxes.ts";
import { partWithin } from "../lib/answers/part.ts";
import { partCovered } from "../lib/answers/part_covered.ts";
import { render } from "../lib/answers/render.ts";
import type { Task } from "../lib/answers/task_kinds.ts";
import type { Model } from "../lib/model.ts";
import { areProbabilities } from "../lib/answers/scores.ts";
import { largest } from "../runtime/largest.ts";
import type { Graph } from "../runtime/graph.ts";
import type { Tensor } from "../runtime/tensor.ts";
import type { Answer } from "./messages.ts";
import type { Seen } from "./run_input.ts";

/** Further boxes are not shown. */
const mostBoxes = 100;
/** Nor are further classes of a classifier. */
const mostClasses = 5;

/** The interpretation of outputs. */
type Interpretation = Pick<
  Answer,
  "classes" | "probabilities" | "boxes" | "classMap" | "rendering"
>;

const uninterpreted: Interpretation = {
  classes: null,
  probabilities: false,
  boxes: null,
  classMap: null,
  rendering: null,
};

/** The blobs that are needed to interpret the result of a network. */
export function blobsOf(task: Task, { outputs }: Graph): readonly string[] {
  return task.kind === "detection" && task.form === "regions"
    ? [...outputs, task.regions]
    : outputs;
}

/** The interpretation of the blobs of a run. */
export function answerOf(
  blobs: Readonly<Record<string, Tensor>>,
  task: Task,
  model: Model,
  seen: Seen,
): Omit<Answer, "device" | "ms"> {
  return {
    outputs: model.graph.outputs.map((name) => ({ name, shape: blobs[name]!.shape })),
    ...uninterpreted,
    ...interpret(task, blobs, model, seen),
  };
}

function interpret(
  task: Task,
  outputs: Readonly<Record<string, Tensor>>,
  { graph, labels, preprocessing }: Model,
  { part: seen, size }: Seen,
): Partial<Interpretation> {
  switch (task.kind) {
    case "detection":
      if (task.form === "regions" && preprocessing === null) return {};
      return {
        boxes: foundBoxes(task, { outputs, sample: 0, seen, size, labels, preprocessing })
          .slice(0, mostBoxes),
      };
    case "segmentation": {
      const map = classMapOf(outputs[task.blob]!, 0, task.isMap);
      const part = partWithin(partCovered(graph, task.blob), seen);
      return { classMap: { image: paintMap(map), part, shares: sharesOf(map, labels) } };
    }
    case "rendering":
      return preprocessing === null
        ? {}
        : { rendering: render(outputs[task.blob]!, 0, preprocessing) };
    case "classification": {
      const scores = outputs[task.blob]!;
      const classes = largest(scores.data, mostClasses).map(({ index, value }) => {
        return { index, label: labels?.[index] ?? null, score: value };
      });
      return { classes, probabilities: areProbabilities(scores.data) };
    }
    case "other":
      return {};
  }
}
