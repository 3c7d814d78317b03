/**
 * `kaffe validate`: measures the top-1 and top-5 accuracy of a classifier.
 *
 * @module
 */
import { showPercent } from "../lib/numbers.ts";
import { views } from "../lib/oversample.ts";
import { batchSizeFrom, defaultBatch } from "./batch_size.ts";
import { Classifier, classifierOptions } from "./classifier.ts";
import { defineCommand } from "./command.ts";
import { openLabelled } from "./labelled_pictures.ts";
import { batchFeed } from "./measure.ts";
import { deviceOptions, openNetwork } from "./network_file.ts";
import { batches } from "./picture_input.ts";
import { type LabelledPicture, nameOf } from "./pictures.ts";
import { print, printError, printJson } from "./print.ts";
import { startProgress } from "./progress.ts";

/** Measures the accuracy of a classifier. */
export const validate = defineCommand({
  files: { name: "BUNDLE LIST|DATASET", least: 2, most: 2 },
  options: {
    root: { value: "DIR", about: "The folder that paths are relative to (the list's own)." },
    batch: { value: "N", about: `The batch size (${defaultBatch}).` },
    ...classifierOptions,
    json: { about: "Print JSON." },
    ...deviceOptions,
  },
  examples: ["validate model.npz val.txt --root images/", "validate model.npz mnist_test_lmdb/"],
  async run({ files: [bundle, list], values }) {
    const sizeOf = batchSizeFrom(values.batch);
    using opened = new DisposableStack();
    const pictures = await openLabelled(list!, values.root, opened);
    const feed = batchFeed(sizeOf, pictures, values.oversample ? views : 1);
    using network = await openNetwork(bundle!, values, feed);
    const classifier = new Classifier(network, values), size = sizeOf(network);
    let [done, top1, top5] = [0, 0, 0];
    const errors: string[] = [];
    {
      using progress = startProgress("validating", pictures.length);
      for (const batch of batches(pictures, size)) {
        const scores = await classifier.scores(batch.map(({ picture }) => picture));
        for (const [i, labelled] of batch.entries()) {
          const answer = scores[i]!, { picture, where } = labelled;
          if (answer instanceof Error) {
            errors.push(answer.message + (nameOf(picture) === where ? "" : `\n  at ${where}`));
            continue;
          }
          const rank = rankOf(labelled, answer);
          if (rank < 1) top1++;
          if (rank < 5) top5++;
        }
        progress.update(done += batch.length);
      }
    }
    errors.forEach(printError);
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
  },
});

/**
 * The number of other classes that score at least as much as the correct one. As in Caffe's Accuracy
 * layer, equal scores count against it; so do NaNs.
 */
function rankOf({ label, where }: LabelledPicture, scores: Float32Array): number {
  if (!(label in scores)) {
    throw new RangeError(
      `Cannot validate ${where}: its label is ${label}, but the network has ${scores.length} ` +
        `classes, from 0 on`,
    );
  }
  const its = scores[label]!;
  return scores.filter((score) => !(score < its)).length - 1;
}
