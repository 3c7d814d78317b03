/**
 * `kaffe detect`: detects objects in pictures.
 *
 * @module
 */
import type { FoundBox } from "../lib/answers/boxes.ts";
import { drawBoxes } from "../lib/answers/draw_boxes.ts";
import { decodedBlobs, foundBoxes } from "../lib/answers/found_boxes.ts";
import { detectionOf } from "../lib/answers/task.ts";
import type { Detection } from "../lib/answers/task_kinds.ts";
import { showPercent } from "../lib/numbers.ts";
import type { Image } from "../runtime/preprocess.ts";
import { batchSizeFrom } from "./batch_size.ts";
import { defineCommand } from "./command.ts";
import { expectFiles } from "./files.ts";
import { encodePng } from "./images.ts";
import { engineOptions, openWithEngine } from "./network_file.ts";
import type { OpenedNetwork } from "./opened_network.ts";
import { readInteger, readNumber } from "./option_values.ts";
import { otherTask } from "./other_task.ts";
import { answersFor, type PictureRun, tellAnswers } from "./picture_answers.ts";
import { PictureInput } from "./picture_input.ts";
import { PictureOutput } from "./picture_output.ts";
import type { PictureSource } from "./picture_source.ts";
import { batchFeed } from "./random_inputs.ts";
import { RegionInput } from "./region_input.ts";

/** The result for a picture, with boxes and landmarks in pixels. */
interface Answer {
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly FoundBox[];
  /** The path of the picture with the boxes drawn. */
  readonly drawn?: string;
}

/** Detects objects in pictures. */
export const detect = defineCommand({
  files: { name: "BUNDLE PICTURE…", least: 2, most: Infinity },
  options: {
    least: { value: "SCORE", about: "Leave out boxes with a lower score (0.5)." },
    top: { value: "N", about: "The most boxes per picture (all)." },
    output: {
      value: "DIR",
      short: "o",
      path: "pictures",
      about: "Draw the boxes, into this folder (cat.jpg's: cat.png) or a file, boxes.png.",
    },
    batch: { value: "N", about: "How many pictures are run at once (1)." },
    json: { about: "Print JSON." },
    ...engineOptions,
  },
  examples: [
    "detect ssd.npz street.jpg    (a row a box: score, label; left, top, right, bottom pixel)",
    "detect ssd.npz street.jpg -o boxes.png",
    "detect ssd.npz *.jpg --least 0.3 --top 10 -o boxes/ --json",
  ],
  async run({ files: [bundle, ...pictures], values }, read) {
    const least = readNumber(values.least ?? "0.5", "--least");
    const top = values.top === undefined ? Infinity : readInteger(values.top, "--top", 1);
    const batchOf = batchSizeFrom(values.batch, 1);
    expectFiles(pictures);
    using network = await openWithEngine(bundle!, values, batchFeed(batchOf, pictures));
    const detection = detectionOf(network.graph);
    if (detection === undefined) throw otherTask(network, "detect in pictures", "not boxes");
    if (Number(values.batch) > 1 && !findsInBatches(detection)) {
      throw new TypeError(
        `Cannot detect in ${values.batch} pictures at once: the network gives the boxes of one ` +
          "picture; leave out --batch",
      );
    }
    const { input, blobs, boxesOf } = detectorOf(network, detection, least);
    const output = values.output === undefined
      ? undefined
      : new PictureOutput(values.output, pictures, read);
    const answers = await answersFor(
      network,
      pictures,
      { input, doing: "detecting", batch: batchOf(network), blobs },
      async (run): Promise<Answer> => {
        const { file, image } = run, { width, height } = image;
        const boxes = boxesOf(run).filter(({ score }) => score >= least).slice(0, top);
        const answer = { file, width, height, boxes: boxes.map((box) => inPixels(box, image)) };
        if (output === undefined) return answer;
        const drawn = await output.write(file, [await encodePng(drawBoxes(image, boxes))]);
        return { ...answer, drawn };
      },
    );
    return tellAnswers(answers, values.json, (answer) => show(answer, least), () => output?.tell());
  },
});

/** Whether a network tells in which picture of a batch each of its boxes is. */
function findsInBatches(detection: Detection): boolean {
  return detection.form === "yolo5" || detection.form === "rows" && detection.hasImageIndex;
}

/** A box in pixels of the picture, for one in fractions of it. */
function inPixels(box: FoundBox, { width, height }: Image): FoundBox {
  const { landmarks } = box;
  return {
    ...box,
    left: box.left * width,
    top: box.top * height,
    right: box.right * width,
    bottom: box.bottom * height,
    ...landmarks && { landmarks: landmarks.map(([x, y]) => [x * width, y * height] as const) },
  };
}

/** The input of a detector, and the decoding of its outputs. */
interface Detector {
  readonly input: PictureSource;
  /** The blobs from which boxes are decoded. */
  readonly blobs: readonly string[];
  readonly boxesOf: (run: PictureRun) => readonly FoundBox[];
}

function detectorOf(network: OpenedNetwork, detection: Detection, least: number): Detector {
  const { labels, preprocessing } = network;
  return {
    input: detection.form === "regions"
      ? new RegionInput(network, detection)
      : new PictureInput(network, "detect in"),
    blobs: decodedBlobs(detection),
    boxesOf: ({ outputs, sample, seen, image: { height, width } }) => {
      const run = { outputs, sample, seen, size: [height, width], labels, preprocessing } as const;
      return foundBoxes(detection, run, least);
    },
  };
}

function show({ file, boxes }: Answer, least: number): string {
  const rows = boxes.map(({ index, label, score, left, top, right, bottom }) => [
    showPercent(score).padStart(9),
    label ?? `class ${index}`,
    ...[left, top, right, bottom].map((pixels) => String(Math.round(pixels)).padStart(5)),
  ]);
  const width = Math.max(0, ...rows.map(([, label]) => label!.length));
  const lines = rows.map(([score, label, ...box]) =>
    `  ${score}  ${label!.padEnd(width)}  ${box.join("")}`
  );
  const nothing = [`  nothing that scores ${least} or more`];
  return `${file}\n${(lines.length > 0 ? lines : nothing).join("\n")}`;
}
