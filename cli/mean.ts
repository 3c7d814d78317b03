/**
 * `kaffe mean`: computes a mean image, as Caffe's `compute_image_mean` does.
 *
 * @module
 */
import { extname } from "node:path";
import { writeMean } from "../lib/caffe/write.ts";
import { channelMeans } from "../lib/channel_means.ts";
import { writeNpy } from "../lib/emit/npy.ts";
import type { Pair } from "../runtime/ops/attribute.ts";
import { preprocess } from "../runtime/preprocess.ts";
import { count, showShape, type Tensor } from "../runtime/tensor.ts";
import { defineCommand } from "./command.ts";
import { dataSetFolder, openDataSet } from "./data_set.ts";
import { expectFiles } from "./files.ts";
import { readSize } from "./option_values.ts";
import { imageOf, nameOf, type Picture, type SampleShape } from "./pictures.ts";
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
    const pictures = openPictures(files, opened);
    const size = resize === undefined ? undefined : readSize(resize, "--resize");
    const image = await meanOf(pictures, size, grey);
    if (image === undefined) {
      throw new TypeError(`Cannot compute the mean: ${files[0]} holds no pictures`);
    }
    const bytes = extension === ".npy" ? writeNpy(image) : writeMean(image);
    await writeFiles([{ path: output!, chunks: [bytes] }]);
    const means = channelMeans(image).map((mean) => mean.toFixed(3));
    print(`the mean of each channel is ${means.join(",")}`);
    print(`Wrote ${output} (${showShape(image.shape)})`);
    return 0;
  },
});

/** Pictures, and their number; `Infinity` if it is not known. */
type Pictures = Iterable<Picture> & { readonly length: number };

/**
 * Picture files, or the pictures of a data set.
 *
 * @param opened Closes the data set when it is disposed of.
 * @throws {Error} that names what cannot be read.
 */
function openPictures(paths: readonly string[], opened: DisposableStack): Pictures {
  const folder = paths.length === 1 ? dataSetFolder(paths[0]!) : undefined;
  if (folder === undefined) {
    expectFiles(paths);
    return paths;
  }
  const labelled = openDataSet(folder, opened);
  return {
    length: labelled.length,
    *[Symbol.iterator]() {
      for (const { sample } of labelled) yield sample;
    },
  };
}

/**
 * The mean of pictures, `[1, C, H, W]`; `undefined` if there are none.
 *
 * @param resized The size to resize them to; if there is none, all must have that of the first.
 */
async function meanOf(
  pictures: Pictures,
  resized: Pair | undefined,
  isGrey: boolean,
): Promise<Tensor | undefined> {
  /** The sums of all pictures, `[C, H, W]`: the first picture decides on the extents. */
  let sums: { readonly shape: SampleShape; readonly data: Float64Array } | undefined;
  let read = 0;
  using progress = startProgress("reading", pictures.length);
  for (const picture of pictures) {
    const image = await imageOf(picture);
    if (sums === undefined) {
      const channels = isGrey || typeof picture !== "string" && picture.isGrey ? 1 : 3;
      const shape = [channels, ...resized ?? [image.height, image.width]] as const;
      sums = { shape, data: new Float64Array(count(shape)) };
    }
    const { shape, data } = sums, [, height, width] = shape;
    if (resized === undefined && (image.height !== height || image.width !== width)) {
      throw new TypeError(
        `Cannot compute the mean: ${nameOf(picture)} is ${image.width}×${image.height}, but ` +
          `the first picture ${width}×${height}; resize all to one size with --resize`,
      );
    }
    const numbers = preprocess(image, resizing([height, width]), shape);
    add(numbers, data);
    read++;
    progress.update(read);
  }
  if (sums === undefined) return undefined;
  return {
    shape: [1, ...sums.shape],
    data: new Float32Array(sums.data.map((sum) => sum / read)),
  };
}

/** Adds numbers to sums. */
function add(numbers: Float32Array, sums: Float64Array): void {
  for (let at = 0; at < sums.length; at++) sums[at]! += numbers[at]!;
}

/** Preprocessing that only resizes. */
const resizing = (size: Pair) => {
  return {
    channelOrder: "bgr",
    resize: { exact: size },
    crop: null,
    mean: [],
    scale: 1,
    meanImage: null,
  } as const;
};
