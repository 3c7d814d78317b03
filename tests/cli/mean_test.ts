import assert from "node:assert/strict";
import { readMean } from "../../mod.ts";
import { preprocess } from "../../runtime/mod.ts";
import { decodeImage } from "../../cli/images.ts";
import { plain } from "../preprocessing.ts";
import { Folder, pathOf } from "./command.ts";

const samples = pathOf("examples/digits/samples/");
const files = ["4_open.png", "7_barred.png"].map((name) => samples + name);

Deno.test("mean writes the mean image of pictures in Caffe's format or as .npy", async () => {
  using folder = new Folder();
  await folder.done("mean", ...files, "--resize", "5x4", "-o", "mean.binaryproto");
  const { shape, data } = readMean(Deno.readFileSync(folder.at("mean.binaryproto")));
  assert.deepEqual(shape, [1, 3, 4, 5]);
  const [a, b] = await Promise.all(files.map(async (file) => {
    const image = await decodeImage(Deno.readFileSync(file), file);
    return preprocess(image, { ...plain, resize: { exact: [4, 5] } }, [3, 4, 5]);
  }));
  assert.deepEqual(data, a!.map((x, i) => (x + b![i]!) / 2));
  const text = await folder.done("mean", files[0]!, "--grey", "-o", "mean.npy");
  assert.match(text, /^the mean of each channel is [\d.]+\nWrote mean\.npy \(\[1, 1, 28, 28\]\)$/m);
  const isArray = (file: string) => Deno.readFileSync(folder.at(file))[0] === 0x93;
  assert.deepEqual(["mean.npy", "mean.binaryproto"].map(isArray), [true, false]);
  assert.match(await folder.done("inspect", "mean.npy"), /shape \[1, 1, 28, 28\]/);
});
