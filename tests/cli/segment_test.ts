import assert from "node:assert/strict";
import { inflateSync } from "node:zlib";
import { decodeImage, encodePng } from "../../cli/images.ts";
import { colourAt } from "../pixels.ts";
import { Folder } from "./command.ts";

/** A network that gives each pixel the class of its strongest colour. */
const strongest = `input: "data" input_shape { dim: 1 dim: 3 dim: 4 dim: 6 }
  layer { name: "prob" type: "Softmax" bottom: "data" top: "prob" }`;

const [red, green, blue] = [[255, 0, 0], [0, 255, 0], [0, 0, 255]] as const;

/** A picture of squares of ten pixels. */
function squares(rows: readonly (readonly (readonly number[])[])[]): Promise<Uint8Array> {
  const [width, height] = [rows[0]!.length * 10, rows.length * 10];
  const data = new Uint8ClampedArray(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    const [x, y] = [i % width, Math.floor(i / width)];
    data.set([...rows[Math.floor(y / 10)]![Math.floor(x / 10)]!, 255], 4 * i);
  }
  return encodePng({ width, height, data });
}

async function withStrongest(...options: string[]): Promise<Folder> {
  const folder = new Folder();
  folder.write("net", strongest);
  folder.write("labels.txt", "sea\ngrass\nfire\n");
  const what = ["--labels", "labels.txt", "--mean-values", "1,1,1"];
  await folder.done("convert", "net", "-o", "m.npz", ...what, ...options);
  const top = [blue, blue, blue, blue, red, red], rest = [blue, blue, green, green, red, red];
  folder.write("six.png", await squares([top, top, rest, rest]));
  folder.write("red.png", await squares([[red]]));
  return folder;
}

/** The classes in the file of a map, row by row. */
function classesIn(folder: Folder, name: string): number[][] {
  const png = Deno.readFileSync(folder.at(name));
  const view = new DataView(png.buffer), text = new TextDecoder("latin1").decode(png);
  const [width, height] = [view.getUint32(16), view.getUint32(20)];
  const bytes = inflateSync(png.subarray(text.indexOf("IDAT") + 4, text.indexOf("IEND") - 8));
  return Array.from({ length: height }, (_, y) => {
    const start = y * (width + 1);
    assert.equal(bytes[start], 0);
    return [...bytes.subarray(start + 1, start + 1 + width)];
  });
}

const cpu = ["--device", "cpu"];

Deno.test("the classes of a picture are printed with their shares, also in batches", async () => {
  using folder = await withStrongest();
  const words = ["segment", "m.npz", "six.png", "red.png", ...cpu];
  assert.equal(
    await folder.done(...words),
    "six.png\n    50.00 %  sea\n    33.33 %  fire\n    16.67 %  grass\n\n" +
      "red.png\n   100.00 %  fire\n",
  );
  const json = await folder.done(...words, "--top", "1", "--json");
  assert.deepEqual(JSON.parse(json), [
    {
      file: "six.png",
      width: 60,
      height: 40,
      classes: [{ index: 0, label: "sea", share: 0.5 }],
    },
    {
      file: "red.png",
      width: 10,
      height: 10,
      classes: [{ index: 2, label: "fire", share: 1 }],
    },
  ]);
  assert.equal(await folder.done(...words, "--top", "1", "--json", "--batch", "2"), json);
});

Deno.test("a class map has the picture's size, and each pixel is the index of its class", async () => {
  using folder = await withStrongest();
  const text = await folder.done("segment", "m.npz", "six.png", "-o", "map.png", ...cpu);
  assert.match(text, /\n\nWrote map\.png \(/);
  const rows = classesIn(folder, "map.png");
  assert.equal(rows.length, 40);
  const row = (...classes: number[]) => classes.flatMap((index) => Array(10).fill(index));
  rows.forEach((actual, y) =>
    assert.deepEqual(actual, y < 20 ? row(0, 0, 0, 0, 2, 2) : row(0, 0, 1, 1, 2, 2))
  );
});

Deno.test("pixels that the network does not cover are 255 in a class map", async () => {
  using folder = await withStrongest("--resize", "10x4", "--crop", "6x4");
  await folder.done("segment", "m.npz", "red.png", "-o", "maps", ...cpu);
  const expected = [255, 255, 2, 2, 2, 2, 2, 2, 255, 255];
  for (const row of classesIn(folder, "maps/red.png")) assert.deepEqual(row, expected);
});

Deno.test("--overlay blends a picture with the colours of its classes", async () => {
  using folder = await withStrongest();
  const words = ["segment", "m.npz", "six.png", ...cpu, "--overlay"];
  const json = await folder.done(...words, "-o", "over", "--json");
  assert.equal(JSON.parse(json)[0].drawn, "over/six.png");
  const overlay = await decodeImage(Deno.readFileSync(folder.at("over/six.png")), "six");
  assert.equal(overlay.width, 60);
  // Half of red and half of the colour of class 2; half of green and half of that of class 1.
  assert.deepEqual(colourAt(overlay, 59, 39), [128, 64, 0]);
  assert.deepEqual(colourAt(overlay, 25, 39), [64, 128, 0]);
  const { code, stderr } = await folder.kaffe(...words);
  assert.equal(code, 2);
  assert.match(stderr, /--overlay is about the pictures that --output writes/);
});

Deno.test("outputs of ArgMax are read as class maps, and --blob selects another blob", async () => {
  using folder = await withStrongest();
  folder.write(
    "net",
    `${strongest} layer { name: "best" type: "ArgMax" bottom: "prob" top: "best"
      argmax_param { axis: 1 } }`,
  );
  await folder.done("convert", "net", "-o", "best.npz", "--mean-values", "1,1,1");
  const text = await folder.done("segment", "best.npz", "red.png", ...cpu);
  assert.equal(text, "red.png\n   100.00 %  class 2\n");
  const words = ["segment", "best.npz", "red.png", ...cpu, "--blob"];
  assert.equal(await folder.done(...words, "prob"), text);
  const { code, stderr } = await folder.kaffe(...words, "data2");
  assert.equal(code, 1);
  assert.match(stderr, /^Cannot segment by "data2": the network has no such blob, but a score/);
});

Deno.test("classes that exceed a byte are refused in a class map, but drawn in an overlay", async () => {
  using folder = new Folder();
  folder.write(
    "net",
    `input: "data" input_shape { dim: 1 dim: 3 dim: 4 dim: 6 }
    layer { name: "score" type: "Convolution" bottom: "data" top: "score"
      convolution_param { num_output: 300 kernel_size: 1 } }`,
  );
  const weights = (length: number, index: number) => {
    const data = new Float32Array(length);
    data[index] = 1;
    return data;
  };
  // Class 0 for blue, and 270 for other colours.
  folder.writeArray("w.npy", { shape: [300, 3, 1, 1], data: weights(900, 0) });
  folder.writeArray("b.npy", { shape: [300], data: weights(300, 270) });
  const inject = ["--inject", "score:0=w.npy", "--inject", "score:1=b.npy"];
  await folder.done("convert", "net", "-o", "m.npz", "--mean-values", "0,0,0", ...inject);
  folder.write("red.png", await squares([[red]]));
  folder.write("blue.png", await squares([[blue]]));
  const words = ["segment", "m.npz", "red.png", "blue.png", ...cpu, "--json", "-o"];
  const { code, stdout, stderr } = await folder.kaffe(...words, "maps");
  assert.equal(code, 1);
  assert.match(
    stderr,
    /^Cannot write the class map of red\.png: it has a class 270, but .*--overlay/,
  );
  assert.deepEqual(JSON.parse(stdout)[1].classes, [{ index: 0, label: null, share: 1 }]);
  assert.deepEqual([...classesIn(folder, "maps/blue.png")[0]!], Array(10).fill(0));
  const [{ classes }] = JSON.parse(await folder.done(...words, "over", "--overlay"));
  assert.equal(classes[0].index, 270);
});

Deno.test("with --own-size, a picture of an unsupported size does not stop the others", async () => {
  using folder = new Folder();
  // Without padding, a class map covers the center, whose share depends on the picture's extents.
  folder.write(
    "net",
    `input: "data" input_shape { dim: 1 dim: 3 dim: 16 dim: 16 }
    layer { name: "wide" type: "Pooling" bottom: "data" top: "wide"
      pooling_param { pool: AVE kernel_size: 9 stride: 1 } }
    layer { name: "prob" type: "Softmax" bottom: "wide" top: "prob" }`,
  );
  const convert = ["convert", "net", "--mean-values", "1,1,1", "--resize", "16x16"];
  await folder.done(...convert, "-o", "small.npz");
  folder.write("six.png", await squares([[blue, blue, blue, red, red, red], Array(6).fill(green)]));
  folder.write(
    "tiny.png",
    await encodePng({ width: 4, height: 4, data: new Uint8ClampedArray(64) }),
  );
  const words = ["segment", "small.npz", ...cpu, "--own-size", "-o", "own"];
  const { code, stdout, stderr } = await folder.kaffe(...words, "tiny.png", "six.png");
  assert.equal(code, 1);
  assert.match(stderr, /^Cannot show tiny\.png to the network: .*"wide".* does not fit/m);
  assert.match(stdout, /^six\.png/);
  const [row] = classesIn(folder, "own/six.png").slice(4);
  const times = (count: number, index: number) => Array(count).fill(index);
  assert.deepEqual(row, [...times(4, 255), ...times(26, 0), ...times(26, 2), ...times(4, 255)]);
  const exact = ["--input-shape", "data=1,3,20,60", "--resize", "60x20"];
  await folder.done("convert", "net", "--mean-values", "1,1,1", "-o", "exact.npz", ...exact);
  await folder.done("segment", "exact.npz", "six.png", ...cpu, "-o", "exact.png");
  assert.deepEqual(classesIn(folder, "own/six.png"), classesIn(folder, "exact.png"));
  const batch = await folder.kaffe(...words, "six.png", "--batch", "2");
  assert.equal(batch.code, 2);
  assert.match(batch.stderr, /--own-size shows pictures one by one: leave out --batch/);
});
