/**
 * `kaffe render`: writes the pictures that a network outputs.
 *
 * @module
 */
import { render as pictureOf } from "../lib/answers/render.ts";
import { picturesIn, renderingBy, taskOf } from "../lib/answers/task.ts";
import type { Rendering } from "../lib/answers/task_kinds.ts";
import { batchSizeFrom } from "./batch_size.ts";
import { defineCommand } from "./command.ts";
import { expectFiles } from "./files.ts";
import { encodePng } from "./images.ts";
import { engineOptions, openWithEngine } from "./network_file.ts";
import type { OpenedNetwork } from "./opened_network.ts";
import { otherTask } from "./other_task.ts";
import { answersFor, tellErrors } from "./picture_answers.ts";
import { OwnSizeInput, ownSizeOption, refuseBatch } from "./own_size_input.ts";
import { PictureInput } from "./picture_input.ts";
import { PictureOutput } from "./picture_output.ts";
import { printJson } from "./print.ts";
import { batchFeed } from "./random_inputs.ts";
import { UsageError } from "./usage_error.ts";

/** The result for a picture. */
interface Answer {
  readonly file: string;
  /** The path of the output picture, and its extents. */
  readonly drawn: string;
  readonly width: number;
  readonly height: number;
}

/** Writes the pictures that a network outputs. */
export const render = defineCommand({
  files: { name: "BUNDLE PICTURE…", least: 2, most: Infinity },
  options: {
    output: {
      value: "DIR",
      short: "o",
      path: "pictures",
      about: "Write the pictures into this folder (cat.jpg's: cat.png), or to a file, out.png.",
    },
    blob: {
      value: "score",
      about: "The blob that is the picture, in colours or greys (the output).",
    },
    batch: { value: "N", about: "How many pictures are run at once (1)." },
    ...ownSizeOption,
    json: { about: "Print JSON." },
    ...engineOptions,
  },
  examples: [
    "render style.npz cat.jpg -o painted.png",
    "render style.npz *.jpg -o painted/ --own-size",
    "render hed.npz cat.jpg --blob sigmoid-fuse -o edges.png",
  ],
  async run({ files: [bundle, ...pictures], values }, read) {
    if (values.output === undefined) throw new UsageError("--output is missing: -o out.png");
    const batchOf = batchSizeFrom(values.batch, 1);
    if (values["own-size"]) refuseBatch(values.batch);
    expectFiles(pictures);
    using network = await openWithEngine(bundle!, values, batchFeed(batchOf, pictures));
    const { blob } = values.blob === undefined
      ? renderingOf(network)
      : renderingBy(network.graph, values.blob);
    const input = values["own-size"]
      ? new OwnSizeInput(network, "render")
      : new PictureInput(network, "render");
    const output = new PictureOutput(values.output, pictures, read);
    const answers = await answersFor(
      network,
      pictures,
      { input, doing: "rendering", batch: batchOf(network), blobs: [blob] },
      async ({ file, outputs, sample }): Promise<Answer> => {
        const picture = pictureOf(outputs[blob]!, sample, network.preprocessing!);
        const drawn = await output.write(file, [await encodePng(picture)]);
        return { file, drawn, width: picture.width, height: picture.height };
      },
    );
    if (values.json) printJson(answers);
    else output.tell();
    return tellErrors(answers);
  },
});

function renderingOf(network: OpenedNetwork): Rendering {
  const task = taskOf(network.graph, network.labels);
  if (task.kind === "rendering") return task;
  // Rows of boxes have the shape of a grey picture.
  const pictures = task.kind === "detection" ? [] : picturesIn(network.graph);
  if (pictures.length === 0) throw otherTask(network, "render pictures", "not a picture");
  throw new UsageError(
    `the network's outputs ${pictures.join(" and ")} may be pictures: --blob ${pictures.at(-1)}`,
  );
}
