/**
 * Reads what a network gives: classes, boxes, a class map or a picture.
 *
 * @module
 */
import { boxesIn } from "../lib/answers/boxes.ts";
import { classMapOf, paintMap, sharesOf } from "../lib/answers/class_map.ts";
import { type Part, partWithin } from "../lib/answers/part.ts";
import { partCovered } from "../lib/answers/part_covered.ts";
import { render } from "../lib/answers/render.ts";
import { type Task, taskOf } from "../lib/answers/task.ts";
import type { Model } from "../lib/model.ts";
import { areProbabilities, scoresAmong } from "../lib/scores.ts";
import { largest } from "../runtime/largest.ts";
import type { Tensor } from "../runtime/tensor.ts";
import type { Answer } from "./messages.ts";

/** So many boxes at most are shown. */
const mostBoxes = 100;

/** What outputs mean, as far as they mean something. */
type Meaning = Pick<Answer, "classes" | "probabilities" | "boxes" | "classMap" | "rendering">;

const nothing: Meaning = {
  classes: null,
  probabilities: false,
  boxes: null,
  classMap: null,
  rendering: null,
};

/**
 * What outputs mean for people.
 *
 * @param seen Which part of the picture the network saw.
 */
export function answerOf(
  outputs: Readonly<Record<string, Tensor>>,
  model: Model,
  seen: Part,
): Omit<Answer, "device" | "ms"> {
  const task = taskOf(model.graph, model.labels);
  return {
    outputs: Object.entries(outputs).map(([name, { shape }]) => ({ name, shape })),
    ...nothing,
    ...meaningOf(task, outputs, model, seen),
  };
}

function meaningOf(
  task: Task,
  outputs: Readonly<Record<string, Tensor>>,
  { graph, labels, preprocessing }: Model,
  seen: Part,
): Partial<Meaning> {
  switch (task.kind) {
    case "detection":
      return { boxes: boxesIn(outputs[task.output]!, 0, task, labels, seen).slice(0, mostBoxes) };
    case "segmentation": {
      const map = classMapOf(outputs[task.blob]!, 0, task.isMap);
      const part = partWithin(partCovered(graph, task.blob), seen);
      return { classMap: { image: paintMap(map), part, shares: sharesOf(map, labels) } };
    }
    case "rendering":
      return preprocessing === null
        ? {}
        : { rendering: render(outputs[task.output]!, preprocessing) };
    case "classification": {
      const scores = scoresAmong(outputs, 1, labels);
      if (scores === undefined) return {};
      const classes = largest(scores.data, 5).map(({ index, value }) => {
        return { index, label: labels?.[index] ?? null, score: value };
      });
      return { classes, probabilities: areProbabilities(scores.data) };
    }
    case "other":
      return {};
  }
}
