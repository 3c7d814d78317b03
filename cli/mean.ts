/**
 * `kaffe mean`: computes a mean image, as Caffe's `compute_image_mean` does.
 *
 * @module
 */
import { extname } from "node:path";
import { writeMean } from "../lib/caffe/write.ts";
import { channelMeans } from "../lib/channel_means.ts";
import { writeNpy } from "../lib/emit/npy.ts";
import { preprocess } from "../runtime/preprocess.ts";
import { count, showShape } from "../runtime/tensor.ts";
import { defineCommand } from "./command.ts";
import { picturesIn } from "./labelled_pictures.ts";
import { readSize } from "./option_values.ts";
import { imageOf, nameOf } from "./pictures.ts";
import { print } from "./print.ts";
import { startProgress } from "./progress.ts";
import { UsageError } from "./usage_error.ts";
import { writeFiles } from "./write_file.ts";

/** Computes a mean image. */
export const mean = defineCommand({
  files: { name: "PICTURE…|DATASET", least: 1, most: Infinity },
  options: {
    output: {
      value: "mean.binaryproto",
      short: "o",
      path: "written",
      about: "The file to write: a .binaryproto or a .npy.",
    },
    resize: { value: "WxH", about: "Resize pictures to this size (the size of the first)." },
    grey: { about: "Convert pictures to grey: one channel instead of blue, green and red." },
  },
  examples: [
    "mean train/*.jpg --resize 256x256 -o mean.binaryproto",
    "mean ilsvrc12_train_lmdb/ -o mean.binaryproto",
  ],
  async run({ files, values: { output, resize, grey } }) {
    const extension = output && extname(output).toLowerCase();
    if (extension !== ".binaryproto" && extension !== ".npy") {
      throw new UsageError(
        output === undefined
          ? "--output is missing: -o mean.binaryproto"
          : `--output writes a .binaryproto or .npy, not ${output}`,
      );
    }
    using opened = new DisposableStack();
    const pictures = picturesIn(files, opened);
    let channels = grey ? 1 : 3;
    let size = resize === undefined ? undefined : readSize(resize, "--resize");
    let sums = new Float64Array(), read = 0;
    {
      using progress = startProgress("reading", pictures.length);
      for (const picture of pictures) {
        const image = await imageOf(picture);
        size ??= [image.height, image.width];
        if (resize === undefined && (image.height !== size[0] || image.width !== size[1])) {
          throw new TypeError(
            `Cannot compute the mean: ${nameOf(picture)} is ${image.width}×${image.height}, but ` +
              `the first picture ${size[1]}×${size[0]}; resize all to one size with --resize`,
          );
        }
        if (read === 0) {
          if (typeof picture !== "string" && picture.isGrey) channels = 1;
          sums = new Float64Array(channels * count(size));
        }
        const numbers = preprocess(image, resizing(size), [channels, ...size]);
        for (const [at, number] of numbers.entries()) sums[at]! += number;
        progress.update(++read);
      }
    }
    if (read === 0) throw new TypeError(`Cannot compute the mean: ${files[0]} holds no pictures`);
    const shape = [1, channels, ...size!];
    const data = Float32Array.from(sums, (sum) => sum / read);
    const image = { shape, data };
    const bytes = extension === ".npy" ? writeNpy(image) : writeMean(image);
    await writeFiles([{ path: output!, chunks: [bytes] }]);
    const means = channelMeans(image).map((mean) => mean.toFixed(3));
    print(`the mean of each channel is ${means.join(",")}`);
    print(`Wrote ${output} (${showShape(shape)})`);
    return 0;
  },
});

/** Preprocessing that only resizes. */
const resizing = (size: readonly [number, number]) => {
  return {
    channelOrder: "bgr",
    resize: { exact: size },
    crop: null,
    mean: [],
    scale: 1,
    meanImage: null,
  } as const;
};
