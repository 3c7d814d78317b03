/**
 * `kaffe validate`: measures the top-1 and top-5 accuracy of a classifier.
 *
 * @module
 */
import { showPercent } from "../lib/numbers.ts";
import { views } from "../lib/oversample.ts";
import { batchSizeFrom, defaultBatch } from "./batch_size.ts";
import { Classifier, classifierOptions, type SampleInput } from "./classifier.ts";
import { defineCommand } from "./command.ts";
import { ArrayInput, samplesOf } from "./hdf5_data.ts";
import type { Labelled, LabelledSamples } from "./labelled.ts";
import { deviceOptions, openNetwork } from "./network_file.ts";
import { openLabelled } from "./open_labelled.ts";
import type { OpenedNetwork } from "./opened_network.ts";
import type { Values } from "./options.ts";
import { PictureInput } from "./picture_input.ts";
import { type Named, nameOf } from "./pictures.ts";
import { print, printError, printJson } from "./print.ts";
import { startProgress } from "./progress.ts";
import { batchFeed } from "./random_inputs.ts";
import { UsageError } from "./usage_error.ts";

const options = {
  root: { value: "DIR", about: "The folder that paths are relative to (the list's own)." },
  batch: { value: "N", about: `The batch size (${defaultBatch}).` },
  ...classifierOptions,
  json: { about: "Print JSON." },
  ...deviceOptions,
} as const;

/** Measures the accuracy of a classifier. */
export const validate = defineCommand({
  files: { name: "BUNDLE LIST|DATASET", least: 2, most: 2 },
  options,
  examples: [
    "validate model.npz val.txt --root images/",
    "validate model.npz mnist_test_lmdb/",
    "validate model.npz test.h5",
  ],
  async run({ files: [bundle, list], values }) {
    const args = { bundle: bundle!, list: list!, values };
    using opened = new DisposableStack();
    const labelled = await openLabelled(args.list, values.root, opened);
    if ("pictures" in labelled) {
      return await measure(args, labelled.pictures, (network) => {
        return new PictureInput(network, "classify", values.oversample);
      });
    }
    if (values.oversample) throw new UsageError("--oversample is for pictures, not for HDF5");
    const { hdf5 } = labelled;
    const samples = { [Symbol.iterator]: () => samplesOf(hdf5), length: Infinity };
    return await measure(args, samples, (network) => new ArrayInput(network));
  },
});

/** The arguments of the command. */
interface Arguments {
  readonly bundle: string;
  readonly list: string;
  readonly values: Values<typeof options>;
}

/** Measures the accuracy on samples, prints it, and returns the exit code. */
async function measure<Sample extends Named>(
  { bundle, list, values }: Arguments,
  samples: LabelledSamples<Sample>,
  inputOf: (network: OpenedNetwork) => SampleInput<Sample>,
): Promise<number> {
  const sizeOf = batchSizeFrom(values.batch);
  const feed = batchFeed(sizeOf, samples, values.oversample ? views : 1);
  using network = await openNetwork(bundle, values, feed);
  const input = inputOf(network), size = sizeOf(network);
  const classifier = new Classifier(network, input, values.blob);
  input.tellIfRaw();
  let done = 0, top1 = 0, top5 = 0;
  const errors: string[] = [];
  {
    using progress = startProgress("validating", samples.length);
    for await (const batch of classifier.scores(samples, size, ({ sample }) => sample)) {
      for (const { item, scores } of batch) {
        if (scores instanceof Error) {
          const { sample, where } = item;
          errors.push(scores.message + (nameOf(sample) === where ? "" : `\n  at ${where}`));
          continue;
        }
        const rank = rankOf(item, scores);
        if (rank < 1) top1++;
        if (rank < 5) top5++;
      }
      done += batch.length;
      progress.update(done);
    }
  }
  errors.forEach(printError);
  if (done === 0) throw new TypeError(`Cannot validate ${list}: it has no samples`);
  const images = done - errors.length;
  if (images === 0) {
    throw new TypeError(`Cannot validate ${list}: none of its pictures can be read`);
  }
  const rates = { top1Accuracy: top1 / images, top5Accuracy: top5 / images };
  if (values.json) printJson({ images, unreadable: errors.length, top1, top5, ...rates });
  else {
    print(`top-1 ${top1}/${images} ${showPercent(rates.top1Accuracy)}`);
    print(`top-5 ${top5}/${images} ${showPercent(rates.top5Accuracy)}`);
  }
  return errors.length === 0 ? 0 : 1;
}

/**
 * The number of other classes that score at least as much as the correct one. As in Caffe's Accuracy
 * layer, equal scores count against it; so do NaNs.
 */
function rankOf({ label, where }: Labelled<Named>, scores: Float32Array): number {
  if (!(label in scores)) {
    throw new RangeError(
      `Cannot validate ${where}: its label is ${label}, but the network has ${scores.length} ` +
        `classes, from 0 on`,
    );
  }
  const own = scores[label]!;
  return scores.filter((score) => !(score < own)).length - 1;
}
