/**
 * `kaffe segment`: predicts the class of each pixel of pictures.
 *
 * @module
 */
import {
  classMapOf,
  type ClassShare,
  mapOfPicture,
  overlay,
  sharesOf,
} from "../lib/answers/class_map.ts";
import { unseenClass } from "../lib/answers/palette.ts";
import { partWithin } from "../lib/answers/part.ts";
import { partCovered } from "../lib/answers/part_covered.ts";
import { segmentationBy, segmentationOf } from "../lib/answers/task.ts";
import type { Segmentation } from "../lib/answers/task_kinds.ts";
import { writeMap } from "../lib/emit/png.ts";
import { showPercent } from "../lib/numbers.ts";
import type { Image } from "../runtime/preprocess.ts";
import { batchSizeFrom } from "./batch_size.ts";
import { defineCommand } from "./command.ts";
import { expectFiles } from "./files.ts";
import { encodePng } from "./images.ts";
import { engineOptions, openWithEngine } from "./network_file.ts";
import type { OpenedNetwork } from "./opened_network.ts";
import { readInteger } from "./option_values.ts";
import { otherTask } from "./other_task.ts";
import { type Answered, answersFor, tellAnswers } from "./picture_answers.ts";
import { OwnSizeInput, ownSizeOption, refuseBatch } from "./own_size_input.ts";
import { PictureInput } from "./picture_input.ts";
import { PictureOutput } from "./picture_output.ts";
import { batchFeed } from "./random_inputs.ts";
import { UsageError } from "./usage_error.ts";

/** The result for a picture. */
interface Answer {
  readonly file: string;
  readonly width: number;
  readonly height: number;
  /** The classes of its pixels, those with the largest shares first. */
  readonly classes: readonly ClassShare[];
  /** The path of the class map, or of the picture blended with it. */
  readonly drawn?: string;
}

/** Predicts the class of each pixel. */
export const segment = defineCommand({
  files: { name: "BUNDLE PICTURE…", least: 2, most: Infinity },
  options: {
    output: {
      value: "DIR",
      short: "o",
      path: "pictures",
      about: "Write class maps, into this folder (cat.jpg's: cat.png) or a file, map.png.",
    },
    overlay: { about: "Write the pictures blended with the colours of their classes instead." },
    top: { value: "N", about: "The most classes printed per picture (all)." },
    blob: { value: "score", about: "The blob with the scores of classes (an output)." },
    batch: { value: "N", about: "How many pictures are run at once (1)." },
    ...ownSizeOption,
    json: { about: "Print JSON." },
    ...engineOptions,
  },
  examples: [
    "segment fcn8s.npz cat.jpg               (the classes, and their shares of the picture)",
    "segment fcn8s.npz cat.jpg -o map.png    (a pixel is its class; 255: not seen by the network)",
    "segment fcn8s.npz *.jpg -o overlays/ --overlay --own-size",
  ],
  async run({ files: [bundle, ...pictures], values }, read) {
    const top = values.top === undefined ? Infinity : readInteger(values.top, "--top", 1);
    const batchOf = batchSizeFrom(values.batch, 1);
    if (values.overlay && values.output === undefined) {
      throw new UsageError("--overlay is about the pictures that --output writes");
    }
    if (values["own-size"]) refuseBatch(values.batch);
    expectFiles(pictures);
    using network = await openWithEngine(bundle!, values, batchFeed(batchOf, pictures));
    const { graph, labels } = network;
    const { blob, isMap } = segmentationIn(network, values.blob);
    const output = values.output === undefined
      ? undefined
      : new PictureOutput(values.output, pictures, read);
    const ownSize = values["own-size"] ? new OwnSizeInput(network, "segment") : undefined;
    const input = ownSize ?? new PictureInput(network, "segment");
    const covered = partCovered(graph, blob);
    // The part that a map covers depends on the extents of the input.
    const partOf = (image: Image) =>
      ownSize === undefined ? covered : partCovered(ownSize.graphFor(image), blob);
    const answers = await answersFor(
      network,
      pictures,
      { input, doing: "segmenting", batch: batchOf(network), blobs: [blob] },
      async ({ file, image, seen, outputs, sample }): Promise<Answered<Answer>> => {
        const { width, height } = image;
        const map = classMapOf(outputs[blob]!, sample, isMap);
        const classes = sharesOf(map, labels);
        const answer = { file, width, height, classes: classes.slice(0, top) };
        if (output === undefined) return answer;
        const last = Math.max(...classes.map(({ index }) => index));
        if (!values.overlay && last >= unseenClass) return { file, error: tooLarge(last, file) };
        const enlarged = mapOfPicture(map, [height, width], partWithin(partOf(image), seen));
        const chunks = values.overlay
          ? [await encodePng(overlay(image, enlarged))]
          : writeMap(enlarged);
        return { ...answer, drawn: await output.write(file, chunks) };
      },
    );
    return tellAnswers(answers, values.json, show, () => output?.tell());
  },
});

/** The segmentation that a network outputs, or the one that a blob is. */
function segmentationIn(network: OpenedNetwork, blob: string | undefined): Segmentation {
  const { graph, labels } = network;
  const found = blob === undefined ? segmentationOf(graph, labels) : segmentationBy(graph, blob);
  if (found !== undefined) return found;
  throw otherTask(network, "segment pictures", "not a score for each class at each pixel");
}

/** The error for a class that does not fit in a byte. */
function tooLarge(index: number, file: string): string {
  return `Cannot write the class map of ${file}: it has a class ${index}, but classes must be below ` +
    `${unseenClass}; --overlay supports any`;
}

function show({ file, classes }: Answer): string {
  const lines = classes.map(({ index, label, share }) =>
    `  ${showPercent(share).padStart(9)}  ${label ?? `class ${index}`}`
  );
  return `${file}\n${lines.join("\n")}`;
}
