/**
 * Preprocessing is checked at the conversion.
 */
import assert from "node:assert/strict";
import { readBundle } from "../../runtime/bundle/bundle.ts";
import { Folder } from "./command.ts";

const network = (dims: string) =>
  `input: "data" input_shape { ${dims} } layer { type: "ReLU" bottom: "data" top: "relu" }`;
const colours = network("dim: 1 dim: 3 dim: 4 dim: 5");

/** A folder with a network that reads a picture of 4 × 5, one that reads none, and means. */
function withMeans(): Folder {
  const folder = new Folder();
  folder.write("net", colours);
  folder.write("array", network("dim: 1 dim: 7"));
  const ones = (...shape: number[]) => ({
    shape,
    data: new Float32Array(shape.reduce((a, b) => a * b)).fill(1),
  });
  folder.writeArray("small.npy", ones(3, 4, 4));
  folder.writeArray("grey.npy", ones(1, 1, 6, 6));
  folder.writeArray("large.npy", ones(1, 3, 6, 8));
  folder.writeArray("same.npy", ones(1, 3, 4, 5));
  for (const shape of [[3], [3, 1, 1], [1, 3, 1, 1]]) {
    folder.writeArray(`${shape.length}.npy`, { shape, data: Float32Array.of(104, 117, 123) });
  }
  folder.writeArray("two.npy", ones(2));
  return folder;
}

const impossible: [args: string, message: string][] = [
  ["--mean small.npy", "the mean image [3, 4, 4] does not cover the network's input [3, 4, 5]"],
  ["--mean grey.npy", "the mean image [1, 1, 6, 6] does not cover the network's input [3, 4, 5]"],
  ["--mean two.npy", "there are 2 means, but the network's input has 3 channels"],
  [
    "--resize 6x6",
    "they are resized to [6, 6], but the network's input is [4, 5]; set that size with --resize, or crop them to it with --crop 5x4",
  ],
  [
    "--resize-short 5",
    "they are resized to a shorter side of 5, but the network's input is [4, 5]; set that size with --resize, or crop them to it with --crop 5x4",
  ],
  [
    "--resize 8x8 --crop 4",
    "they are cropped to [4, 4], but the network's input is [4, 5]; crop them to that with --crop 5x4",
  ],
];

Deno.test("preprocessing that no picture fits is refused", async () => {
  using folder = withMeans();
  for (const [args, message] of impossible) {
    const { code, stderr } = await folder.kaffe("convert", "net", ...args.split(" "));
    assert.equal(stderr, `Cannot prepare pictures: ${message}\n`);
    assert.equal(code, 1);
  }
  const zero = await folder.kaffe("convert", "net", "--input-scale", "0");
  assert.match(
    zero.stderr,
    /^kaffe convert: --input-scale needs a number other than 0 in float32, not "0"\n/,
  );
  assert.equal(zero.code, 2);
});

Deno.test("a .npy may hold one mean per channel", async () => {
  using folder = withMeans();
  for (const file of ["1.npy", "3.npy", "4.npy"]) {
    await folder.done("convert", "net", "--mean", file, "-o", "m.npz");
    const [{ preprocessing }] = JSON.parse(await folder.done("inspect", "m.npz", "--json"));
    assert.deepEqual(preprocessing.mean, [104, 117, 123]);
    assert.equal(preprocessing.meanImage, null);
  }
});

Deno.test("a mean image of two axes is grey, as in pycaffe", async () => {
  using folder = new Folder();
  folder.write("net", network("dim: 1 dim: 1 dim: 4 dim: 5"));
  const data = Float32Array.from({ length: 20 }, (_, i) => i);
  folder.writeArray("flat.npy", { shape: [4, 5], data });
  await folder.done("convert", "net", "--mean", "flat.npy", "-o", "m.npz");
  const { preprocessing } = await readBundle(Deno.readFileSync(folder.at("m.npz")));
  assert.deepEqual(preprocessing!.meanImage, { shape: [1, 4, 5], data });
});

Deno.test("preprocessing without an effect, or from the file alone, causes a warning", async () => {
  using folder = withMeans();
  const array = await folder.kaffe("convert", "array", "--mean-values", "1");
  assert.match(array.stderr, /^Warning: the preprocessing options .* have no effect: .* \[1, 7\]/);
  assert.equal(array.code, 0);
  folder.write(
    "data",
    `layer { type: "ImageData" top: "data" transform_param { crop_size: 3 }
      image_data_param { new_height: 6 new_width: 6 } }
    layer { type: "ReLU" bottom: "data" top: "relu" }`,
  );
  const other = await folder.kaffe("convert", "data", "--input-shape", "data=1,3,4,5");
  assert.match(other.stderr, /^Warning: pictures cannot be fed: they are cropped to \[3, 3\], but/);
  assert.equal(other.code, 0);
});

Deno.test("a mean image larger than the input has the size of uncropped pictures", async () => {
  using folder = withMeans();
  const sizes = async (...options: string[]) => {
    await folder.done("convert", "net", "-o", "m.npz", ...options);
    const [{ preprocessing }] = JSON.parse(await folder.done("inspect", "m.npz", "--json"));
    return [preprocessing.resize, preprocessing.crop];
  };
  assert.deepEqual(await sizes("--mean", "large.npy"), [{ exact: [6, 8] }, [4, 5]]);
  assert.deepEqual(await sizes("--mean", "large.npy", "--resize", "5x4"), [
    { exact: [4, 5] },
    null,
  ]);
  assert.deepEqual(await sizes("--mean", "same.npy"), [null, null]);
});

/** A network as Caffe trains it, and its parts. */
const relu = 'layer { type: "ReLU" bottom: "data" top: "relu" }';
const trainedWith = (transform: string) =>
  `layer { name: "db" type: "Data" top: "data" include { phase: TRAIN } transform_param { ${transform} } } ${relu}`;

Deno.test("an input without a layer is prepared as the data layer of another phase says", async () => {
  using folder = new Folder();
  folder.write("net", trainedWith("scale: 0.5 mean_value: 33"));
  await folder.done("convert", "net", "--input-shape", "data=1,1,4,5", "-o", "m.npz");
  const [{ preprocessing }] = JSON.parse(await folder.done("inspect", "m.npz", "--json"));
  assert.deepEqual([preprocessing.scale, preprocessing.mean], [0.5, [33]]);
});

Deno.test("what only training did to pictures is a warning with the options that repeat it", async () => {
  using folder = new Folder();
  folder.write("net", colours);
  const convert = async (transform: string, ...options: string[]) => {
    folder.write("trained", trainedWith(transform));
    const { code, stderr } = await folder.kaffe("convert", "net", "trained", ...options);
    assert.equal(code, 0);
    return stderr;
  };
  const values = "mean_value: 104 mean_value: 117 mean_value: 123 scale: 0.017 crop_size: 3";
  const unless = "unless layers of this network do that, set";
  assert.equal(
    await convert(values),
    'Warning: in training, layer "db" subtracted 104, 117, 123 and multiplied by 0.017; ' +
      `${unless} --mean-values 104,117,123 and --input-scale 0.017\n`,
  );
  assert.equal(
    await convert('mean_file: "mean.binaryproto"'),
    'Warning: in training, layer "db" subtracted the mean image "mean.binaryproto"; ' +
      `${unless} --mean\n`,
  );
  const given = ["--mean-values", "104,117,123", "--input-scale", "0.017"];
  assert.equal(await convert(values, ...given), "");
  assert.equal(await convert("crop_size: 3 mirror: true"), "");
});

Deno.test("data layers that prepare several inputs in different ways cause a warning", async () => {
  using folder = new Folder();
  const images = (name: string, transform: string) =>
    `layer { name: "of ${name}" type: "Data" top: "${name}" top: "l${name}"
      transform_param { crop_size: 4 ${transform} } }`;
  const warningsOf = async (...transforms: string[]) => {
    const names = ["a", "b", "c"].slice(0, transforms.length);
    const layers = names.map((name, i) => images(name, transforms[i]!)).join("\n");
    const bottoms = names.map((name) => `bottom: "${name}"`).join(" ");
    folder.write("net", `${layers} layer { name: "sum" type: "Eltwise" ${bottoms} top: "sum" }`);
    const { code, stderr } = await folder.kaffe("convert", "net");
    assert.equal(code, 0);
    return stderr.replace(/^Warning: pictures are resized.*\n/m, "");
  };
  const others = (names: string) =>
    'Warning: the bundle prepares pictures for its first input only, "a"; the data layers of ' +
    `${names} have other settings in their transform_param: prepare those pictures as these say, ` +
    "and feed them as arrays\n";
  assert.equal(
    await warningsOf('mean_file: "a.mean"', 'mean_file: "b.mean"', 'mean_file: "c.mean"'),
    others('"b" and "c"') +
      'Warning: the network subtracts the mean image "a.mean" from "a"; set it with --mean\n',
  );
  assert.equal(await warningsOf("scale: 0.5", "scale: 0.5", "scale: 2"), others('"c"'));
  assert.equal(await warningsOf("scale: 0.5", "scale: 0.5 mirror: true"), "");
});
