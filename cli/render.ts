/**
 * `kaffe render`: writes the pictures that a network makes of pictures.
 *
 * @module
 */
import { render as pictureOf } from "../lib/answers/render.ts";
import { taskOf } from "../lib/answers/task.ts";
import { defineCommand } from "./command.ts";
import { expectFiles } from "./files.ts";
import { encodePng } from "./images.ts";
import { inputsOf } from "./measure.ts";
import { engineOptions, openWithEngine } from "./network_file.ts";
import { otherTask } from "./other_task.ts";
import { answersFor, tellErrors } from "./picture_answers.ts";
import { PictureInput } from "./picture_input.ts";
import { PictureOutput } from "./picture_output.ts";
import { UsageError } from "./usage_error.ts";

/** Makes pictures of pictures. */
export const render = defineCommand({
  files: { name: "BUNDLE IMAGE…", least: 2, most: Infinity },
  options: {
    output: {
      value: "DIR",
      short: "o",
      path: "pictures",
      about: "Write the pictures into this folder (cat.jpg's: cat.png), or to a file, out.png.",
    },
    ...engineOptions,
  },
  examples: [
    "render style.npz cat.jpg -o painted.png",
    "render style.npz *.jpg -o painted/",
  ],
  async run({ files: [bundle, ...images], values }, read) {
    if (values.output === undefined) throw new UsageError("--output is missing: -o out.png");
    expectFiles(images);
    using opened = await openWithEngine(bundle!, values, (network) => inputsOf(network, 1));
    const { network } = opened;
    const task = taskOf(network.graph, network.labels);
    if (task.kind !== "rendering") throw otherTask(network, "render pictures", "not a picture");
    using output = new PictureOutput(values.output, images, read);
    const { output: blob } = task, input = new PictureInput(network, "render");
    const answers = await answersFor(
      network,
      images,
      { input, doing: "rendering", batch: 1, blobs: [blob] },
      async ({ file, outputs }) => {
        const picture = pictureOf(outputs[blob]!, network.preprocessing!);
        return { file, drawn: await output.write(file, [await encodePng(picture)]) };
      },
    );
    output.tell();
    return tellErrors(answers);
  },
});
