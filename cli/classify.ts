/**
 * `kaffe classify`: classifies pictures.
 *
 * @module
 */
import { areProbabilities } from "../lib/answers/scores.ts";
import { showPercent } from "../lib/numbers.ts";
import { views } from "../lib/oversample.ts";
import { largest } from "../runtime/largest.ts";
import { batchSizeFrom, defaultBatch } from "./batch_size.ts";
import { Classifier, classifierOptions } from "./classifier.ts";
import { defineCommand } from "./command.ts";
import { expectFiles } from "./files.ts";
import { engineOptions, openWithEngine } from "./network_file.ts";
import { readInteger } from "./option_values.ts";
import { type Answered, tellAnswers } from "./picture_answers.ts";
import { PictureInput } from "./picture_input.ts";
import { startProgress } from "./progress.ts";
import { batchFeed } from "./random_inputs.ts";

/** A predicted class: with a probability, or a score if the network does not end in a softmax. */
interface RankedClass {
  readonly index: number;
  readonly label: string | null;
  readonly probability?: number;
  readonly score?: number;
}

/** The result for a picture. */
interface Answer {
  readonly file: string;
  readonly top: readonly RankedClass[];
}

/** Classifies pictures. */
export const classify = defineCommand({
  files: { name: "BUNDLE PICTURE…", least: 2, most: Infinity },
  options: {
    top: { value: "N", about: "The number of classes shown for each picture (5)." },
    batch: { value: "N", about: `The batch size (${defaultBatch}).` },
    ...classifierOptions,
    json: { about: "Print JSON." },
    ...engineOptions,
  },
  examples: ["classify model.npz cat.jpg", "classify model.npz *.jpg --top 1 --oversample --json"],
  async run({ files: [bundle, ...pictures], values }) {
    const top = readInteger(values.top ?? "5", "--top", 1);
    const sizeOf = batchSizeFrom(values.batch);
    expectFiles(pictures);
    const feed = batchFeed(sizeOf, pictures, values.oversample ? views : 1);
    using network = await openWithEngine(bundle!, values, feed);
    const input = new PictureInput(network, "classify", values.oversample);
    const classifier = new Classifier(network, input, values.blob), size = sizeOf(network);
    input.tellIfRaw();
    const results: Answered<Answer>[] = [];
    {
      using progress = startProgress("classifying", pictures.length);
      for await (const batch of classifier.scores(pictures, size, (file) => file)) {
        for (const { item, scores } of batch) {
          results.push(resultOf(item, scores, top, network.labels));
        }
        progress.update(results.length);
      }
    }
    return tellAnswers(results, values.json, show);
  },
});

function resultOf(
  file: string,
  scores: Float32Array | Error,
  top: number,
  labels: readonly string[] | null,
): Answered<Answer> {
  if (scores instanceof Error) return { file, error: scores.message };
  return { file, top: rankedClasses(scores, top, labels) };
}

function rankedClasses(
  scores: Float32Array,
  top: number,
  labels: readonly string[] | null,
): RankedClass[] {
  const isProbability = areProbabilities(scores);
  return largest(scores, top).map(({ index, value }) => {
    const label = labels?.[index] ?? null;
    return isProbability ? { index, label, probability: value } : { index, label, score: value };
  });
}

function show({ file, top }: Answer): string {
  const lines = top.map(({ index, label, probability, score }) => {
    const number = probability === undefined ? score!.toPrecision(5) : showPercent(probability);
    return `  ${number.padStart(9)}  ${label ?? `class ${index}`}`;
  });
  return `${file}\n${lines.join("\n")}`;
}
