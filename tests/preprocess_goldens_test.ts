/**
 * Preprocessing, compared with the recorded tops of Caffe's data layers.
 */
import assert from "node:assert/strict";
import { convert } from "../lib/convert.ts";
import { type Image, preprocess } from "../runtime/preprocess.ts";
import type { Shape4, Tensor } from "../runtime/tensor.ts";
import { readNpz } from "./golden.ts";

const folder = new URL("goldens/layers/", import.meta.url);
const names = [...Deno.readDirSync(folder)].map(({ name }) => name)
  .filter((name) => name.startsWith("transform_")).sort();

/** One of the pictures `[N, C, H, W]`, whose channels are blue, green and red. */
function imageOf({ shape, data }: Tensor, n: number): Image {
  const [, channels, height, width] = shape as Shape4;
  const plane = height * width;
  const rgba = new Uint8Array(4 * plane).fill(255);
  for (let i = 0; i < plane; i++) {
    for (let c = 0; c < channels; c++) rgba[4 * i + 2 - c] = data[(n * channels + c) * plane + i]!;
  }
  return { width, height, data: rgba };
}

Deno.test("there are recordings of each kind of preprocessing", () => {
  assert.deepEqual(names, [
    "transform_crop_center",
    "transform_mean_file_crop",
    "transform_mean_value_scale",
    "transform_one_mean_value",
    "transform_v1_data_param",
  ]);
});

for (const name of names) {
  Deno.test(`${name} equals Caffe`, async () => {
    const golden = await readNpz(new URL(`${name}/golden.npz`, folder));
    const pictures = golden.get("raw:images_u8_chw")!;
    const expected = golden.get("blob:data")!;
    const mean = golden.get("raw:mean_file");
    const [count, , height, width] = pictures.shape as Shape4;
    const warnings: string[] = [];
    const { preprocessing } = convert({
      bytes: Deno.readFileSync(new URL(`${name}/net.prototxt`, folder)),
      name: "net.prototxt",
    }, {
      inputShapes: new Map([["data", expected.shape]]),
      // The recorded pictures have the size that those of the database had.
      preprocessing: {
        resize: { exact: [height, width] },
        ...(mean === undefined ? {} : { meanImage: mean }),
      },
      warn: (message) => warnings.push(message),
    });
    assert.deepEqual(warnings, []);
    assert.equal(preprocessing!.meanImage, mean ?? null);
    const sample = expected.data.length / count;
    for (let n = 0; n < count; n++) {
      const shape = expected.shape.slice(1) as [number, number, number];
      const actual = preprocess(imageOf(pictures, n), preprocessing!, shape);
      assert.deepEqual(actual, expected.data.slice(n * sample, (n + 1) * sample));
    }
  });
}
