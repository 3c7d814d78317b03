/**
 * Finds the inputs of a network that are labels, by the data flow rather than by names.
 *
 * @module
 */
import {
  type Flow,
  type FlowBlob,
  isSilent,
  learns,
  measures,
  type Reader,
  type Step,
} from "./flow.ts";

/** Training-only parts, judged by local evidence. */
export interface Labels {
  /** Inputs that are labels, or that are only silenced. */
  readonly inputs: ReadonlySet<FlowBlob>;
  /** Blobs that predictions are compared with, and that serve nothing else. */
  readonly targets: ReadonlySet<FlowBlob>;
  /** Layers of unknown types that produce labels, and nothing that layers with weights read. */
  readonly producers: ReadonlySet<Step>;
  /** Layers whose tops are all silenced. */
  readonly silenced: ReadonlySet<Step>;
}

/** The uses that a blob finally has, as bits; "either" may be a prediction or a label. */
const use = { prediction: 1, label: 2, silenced: 4, either: 8 } as const;

/**
 * An input is a label if a loss or metric compares predictions with it, directly or after layers
 * without weights; or if it only leads to labels and silenced blobs. Inputs of layers with weights are
 * not labels: the target of an autoencoder is its data, and a part of the labels may be a feature.
 */
export function findLabels(flow: Flow): Labels {
  const { inputs, steps } = flow;
  const learned = dependentsOf(flow, learns);
  const targets = targetsOf(flow, learned);
  const compared = originsOf(
    flow,
    [...targets.values()].flatMap((blobs) => [...blobs]).filter((blob) => !learned.has(blob)),
    () => true,
  );
  // The second bottom of an unknown type may be anything.
  const read = steps.filter(learns).flatMap(({ type, used }) =>
    type ? [...used] : [...used].slice(0, 1)
  );
  // Layers of unknown types may prepare labels from predictions.
  const started = originsOf(
    flow,
    read,
    (step) =>
      !learns(step) && (step.type !== undefined || !step.tops.some((top) => learned.has(top))),
  );
  const ends = endsOf(flow, targets);
  const isOnly = (blob: FlowBlob, allowed: number) => (ends.get(blob)! & ~allowed) === 0;
  const isUseless = (blob: FlowBlob) =>
    compared.has(blob) || (blob.readers.length > 0 && isOnly(blob, use.label | use.silenced));
  const producers = steps.filter(({ type, tops }) =>
    type === undefined &&
    tops.every((top) => !started.has(top) && isOnly(top, use.either | use.label | use.silenced)) &&
    tops.some((top) => ends.get(top)! & use.label)
  );
  const sources = steps.filter((step) => step.bottoms.length === 0 && !learns(step));
  return {
    inputs: new Set(
      [...inputs, ...sources.flatMap(({ tops }) => tops)]
        .filter((blob) => isUseless(blob) && !started.has(blob)),
    ),
    targets: new Set([...compared].filter((blob) => isOnly(blob, use.label | use.silenced))),
    producers: new Set(producers),
    silenced: new Set(
      steps.filter(({ tops }) => tops.length > 0 && tops.every((top) => isOnly(top, use.silenced))),
    ),
  };
}

/** The blobs that are computed from some blobs, or by some layers, directly or not. */
function dependentsOf(
  { steps }: Flow,
  isStart: (step: Step) => boolean,
  blobs: Iterable<FlowBlob> = [],
): ReadonlySet<FlowBlob> {
  const found = new Set(blobs);
  for (const step of steps) {
    if (!isStart(step) && !step.used.some((blob) => found.has(blob))) continue;
    for (const top of step.tops) found.add(top);
  }
  return found;
}

/** The blobs that some blobs are computed from by certain layers, themselves included. */
function originsOf(
  { steps }: Flow,
  blobs: readonly FlowBlob[],
  isPassed: (step: Step) => boolean,
): ReadonlySet<FlowBlob> {
  const found = new Set(blobs);
  for (const step of steps.toReversed()) {
    if (!isPassed(step) || !step.tops.some((top) => found.has(top))) continue;
    for (const blob of step.used) found.add(blob);
  }
  return found;
}

/** The bottoms of each loss or metric that predictions are compared with. */
function targetsOf(
  flow: Flow,
  learned: ReadonlySet<FlowBlob>,
): ReadonlyMap<Step, ReadonlySet<FlowBlob>> {
  const { inputs, steps } = flow;
  const first = [...inputs, ...steps.flatMap(({ tops }) => tops)].slice(0, 1);
  const fromFirst = dependentsOf(flow, () => false, first);
  return new Map(
    steps.filter(measures).map((step) => {
      const { type, bottoms, uses, used } = step;
      const targets = new Set(bottoms.slice(uses).filter((blob) => blob !== undefined));
      if (!type!.isSymmetric) return [step, targets];
      // Without weights, blobs that depend on the first input are the predictions.
      const predictions = [learned, fromFirst].find((some) => used.some((blob) => some.has(blob)));
      if (predictions === undefined) return [step, targets];
      return [step, targets.union(new Set(used).difference(predictions))];
    }),
  );
}

/** The uses that each blob finally has. */
function endsOf(
  { inputs, steps }: Flow,
  targets: ReadonlyMap<Step, ReadonlySet<FlowBlob>>,
): ReadonlyMap<FlowBlob, number> {
  const ends = new Map<FlowBlob, number>();
  const endOf = ({ step, isUse }: Reader, blob: FlowBlob): number => {
    if (isSilent(step)) return use.silenced;
    if (targets.get(step)?.has(blob)) return use.label;
    if (measures(step)) return step.type!.isSymmetric ? use.either : use.prediction;
    if (!isUse) return 0;
    return step.tops.length === 0
      ? use.prediction
      : step.tops.reduce((sum, top) => sum | ends.get(top)!, 0);
  };
  const add = (blob: FlowBlob) => {
    const found = blob.readers.reduce((sum, reader) => sum | endOf(reader, blob), 0);
    ends.set(blob, blob.readers.length === 0 ? use.prediction : found);
  };
  for (const { tops } of steps.toReversed()) tops.forEach(add);
  inputs.forEach(add);
  return ends;
}
