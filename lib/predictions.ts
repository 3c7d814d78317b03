/**
 * Finds what is left of a network outside training: its predictions, and what they need.
 *
 * A file for training also has labels, losses that compare them with predictions, and layers that
 * prepare the ones or add up the others. All of that is left out, and a prediction that a loss has
 * read stays an output. A network that neither measures nor silences anything loses nothing but what
 * its data layers bring in vain.
 *
 * @module
 */
import { findLabels, type Labels } from "./find_labels.ts";
import {
  type Flow,
  type FlowBlob,
  isSilent,
  measures,
  onlyMeasures,
  sourcesOf,
  type Step,
} from "./flow.ts";

/** What is left out of a network. */
export interface LeftOut {
  readonly steps: ReadonlyMap<Step, Reason>;
  /** Blobs that are not there, though the layer that has them may be. */
  readonly blobs: ReadonlySet<FlowBlob>;
  /** Blobs that are losses in training, and predictions outside: nothing that is left reads them. */
  readonly losses: ReadonlySet<FlowBlob>;
}

/** Why a layer is left out. */
export type Reason =
  /** It measures, or writes a file. */
  | "measures"
  /** It reads what a loss gives. */
  | "losses"
  /** It reads labels, or makes them. */
  | "labels"
  /** It reads either, and all that it gives is silenced: so is what else it reads. */
  | "silenced";

/** Finds what only training needs. */
export function leaveOutTraining(flow: Flow): LeftOut {
  const labels = findLabels(flow);
  // Where nothing would be left, they are no labels.
  return withoutLabels(flow, labels) ?? withoutLabels(flow, { ...labels, inputs: new Set() })!;
}

/** What falls away with some labels: `undefined`, if that is all. */
function withoutLabels(flow: Flow, labels: Labels): LeftOut | undefined {
  const left = withoutReaders(flow, labels);
  const { steps, blobs, losses } = left;
  const isRead = (blob: FlowBlob) =>
    blob.readers.some(({ step, isUse }) => {
      const reason = steps.get(step);
      if (isSilent(step) || reason === "silenced") return !losses.has(blob);
      return reason === undefined && isUse;
    });
  const sources = sourcesOf(flow);
  const hasPredictions = flow.steps.some((step) =>
    !steps.has(step) && !step.type?.inputs && !isSilent(step) &&
    (step.tops.length === 0 || step.tops.some((top) => !blobs.has(top) && !isRead(top)))
  );
  if (!hasPredictions) {
    const isAll = labels.inputs.size > 0 && sources.every((source) => blobs.has(source));
    return isAll ? undefined : left;
  }
  const fromFiles = new Set(
    flow.steps.flatMap(({ type, tops }) => type?.inputs && type.type !== "Input" ? tops : []),
  );
  const isInVain = (source: FlowBlob) =>
    (source.readers.length > 0 || fromFiles.has(source)) && !isRead(source);
  return { ...left, blobs: new Set([...blobs, ...sources.filter(isInVain)]) };
}

/** Leaves out all that reads labels, and all that reads that. */
function withoutReaders({ steps }: Flow, { inputs, makers, silenced }: Labels): LeftOut {
  const left = new Map<Step, Reason>();
  const blobs = new Set(inputs);
  const losses = new Set<FlowBlob>();
  const isUseless = (blob: FlowBlob) => blobs.has(blob) || losses.has(blob);
  const reasonOf = (step: Step): Reason | undefined => {
    if (onlyMeasures(step)) return "measures";
    if (isSilent(step)) {
      return step.bottoms.every((blob) => !blob || isUseless(blob)) ? "labels" : undefined;
    }
    if (!makers.has(step) && !step.used.some(isUseless)) return undefined;
    if (silenced.has(step)) return "silenced";
    return step.used.some((blob) => losses.has(blob)) ? "losses" : "labels";
  };
  for (const step of steps) {
    const { layer, type, tops } = step;
    const reason = reasonOf(step);
    if (reason !== undefined) left.set(step, reason);
    const given = reason === undefined ? type?.gives?.(layer) ?? tops.length : 0;
    for (const top of tops.slice(given)) blobs.add(top);
    if (given > 0 && measures(step)) losses.add(tops[0]!);
  }
  return { steps: left, blobs, losses };
}
