/**
 * Finds the part of a network that is needed outside training: its predictions.
 *
 * A training file also has labels, losses and metrics, and layers that prepare labels or add losses.
 * All of those are left out, and predictions that a loss reads stay outputs. In a network without
 * losses, metrics and Silence layers, only unread tops of data layers are left out.
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

/** The layers and blobs that are left out of a network. */
export interface LeftOut {
  readonly steps: ReadonlyMap<Step, Reason>;
  /** Blobs that do not exist, though the layer that writes them may. */
  readonly blobs: ReadonlySet<FlowBlob>;
  /** Blobs that are losses in training and predictions outside; no remaining layer reads them. */
  readonly losses: ReadonlySet<FlowBlob>;
}

/** Why a layer is left out. */
export type Reason =
  /** It is a loss or metric, or writes a file. */
  | "measures"
  /** It reads the output of a loss. */
  | "losses"
  /** It reads or produces labels. */
  | "labels"
  /** It reads either, and all of its tops are silenced, which also applies to its other bottoms. */
  | "silenced";

/** Finds the layers and blobs that are only needed in training. */
export function leaveOutTraining(flow: Flow): LeftOut {
  const labels = findLabels(flow);
  // If nothing would remain, those inputs are not labels.
  return withoutLabels(flow, labels) ??
    withoutLabels(flow, { ...labels, inputs: new Set(), targets: new Set() })!;
}

/** The layers and blobs to leave out for the given labels; `undefined` if nothing would remain. */
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

/** Leaves out all layers that depend on labels. */
function withoutReaders({ steps }: Flow, labels: Labels): LeftOut {
  const { inputs, targets, producers, silenced } = labels;
  const left = new Map<Step, Reason>();
  const blobs = new Set([...inputs, ...targets]);
  const losses = new Set<FlowBlob>();
  const isUseless = (blob: FlowBlob) => blobs.has(blob) || losses.has(blob);
  const reasonOf = (step: Step): Reason | undefined => {
    if (onlyMeasures(step)) return "measures";
    if (isSilent(step)) {
      return step.bottoms.every((blob) => !blob || isUseless(blob)) ? "labels" : undefined;
    }
    if (!producers.has(step) && !step.used.some(isUseless)) return undefined;
    if (silenced.has(step)) return "silenced";
    return step.used.some((blob) => losses.has(blob)) ? "losses" : "labels";
  };
  for (const step of steps) {
    const { layer, type, tops } = step;
    const reason = reasonOf(step);
    if (reason !== undefined) left.set(step, reason);
    const existing = reason === undefined ? type?.gives?.(layer) ?? tops.length : 0;
    for (const top of tops.slice(existing)) blobs.add(top);
    if (existing > 0 && measures(step)) losses.add(tops[0]!);
  }
  return { steps: left, blobs, losses };
}
