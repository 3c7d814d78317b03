import assert from "node:assert/strict";
import { decodeImage, encodePng } from "../../cli/images.ts";
import { Folder } from "./command.ts";

/** A network that inverts colours. */
const negative = `input: "data" input_shape { dim: 1 dim: 3 dim: 4 dim: 6 }
  layer { name: "out" type: "Power" bottom: "data" top: "out"
    power_param { scale: -1 shift: 255 } }`;

async function withNegative(): Promise<Folder> {
  const folder = new Folder();
  folder.write("net", negative);
  await folder.done("convert", "net", "-o", "m.npz");
  for (const [name, value] of [["dark", 10], ["light", 250]] as const) {
    const data = new Uint8ClampedArray(6 * 4 * 4).fill(value);
    for (let i = 3; i < data.length; i += 4) data[i] = 255;
    folder.write(`${name}.png`, await encodePng({ width: 6, height: 4, data }));
  }
  return folder;
}

const cpu = ["--device", "cpu"];

/** The first pixel of a picture of 6 × 4. */
async function pixelOf(folder: Folder, name: string): Promise<number[]> {
  const { width, height, data } = await decodeImage(Deno.readFileSync(folder.at(name)), name);
  assert.deepEqual([width, height], [6, 4]);
  return [...data.subarray(0, 4)];
}

Deno.test("the output picture of a network is written", async () => {
  using folder = await withNegative();
  const text = await folder.done("render", "m.npz", "dark.png", "-o", "out.png", ...cpu);
  assert.match(text, /^\nWrote out\.png \(\d+ B\)\n$/);
  assert.deepEqual(await pixelOf(folder, "out.png"), [245, 245, 245, 255]);
});

Deno.test("several pictures are written into a folder, and unreadable ones are reported", async () => {
  using folder = await withNegative();
  folder.write("broken.png", "no picture");
  const { code, stdout, stderr } = await folder.kaffe(
    ...["render", "m.npz", "dark.png", "broken.png", "light.png", "-o", "made", ...cpu],
  );
  assert.equal(code, 1);
  assert.match(stdout, /Wrote 2 pictures into made/);
  assert.match(
    stderr,
    /^Cannot read broken\.png: it is no picture, but only JPEG and PNG are read$/m,
  );
  assert.deepEqual(await pixelOf(folder, "made/light.png"), [5, 5, 5, 255]);
});

Deno.test("a network without an output picture is refused, as is a missing --output", async () => {
  using folder = await withNegative();
  folder.write("net", negative.replace("dim: 4 dim: 6", "dim: 1 dim: 1"));
  await folder.done("convert", "net", "-o", "vector.npz");
  const other = await folder.kaffe("render", "vector.npz", "dark.png", "-o", "out.png", ...cpu);
  assert.equal(other.code, 1);
  assert.match(other.stderr, /Cannot render pictures: .*kaffe classify/);
  const none = await folder.kaffe("render", "m.npz", "dark.png", ...cpu);
  assert.match(none.stderr, /--output is missing: -o out\.png/);
  const jpeg = await folder.kaffe("render", "m.npz", "dark.png", ...cpu, "-o", "out.JPG");
  assert.equal(jpeg.code, 2);
  assert.match(
    jpeg.stderr,
    /out\.JPG is no name for a PNG, and pictures are written as PNG: -o out\.png/,
  );
  assert.ok(!folder.files.includes("out.JPG"));
});

Deno.test("grey outputs are written, and --blob selects one of several outputs", async () => {
  using folder = await withNegative();
  folder.write(
    "net",
    `${negative} layer { name: "first" type: "Slice" bottom: "data" top: "first" top: "rest"
      slice_param { axis: 1 slice_point: 1 } }
    layer { name: "still" type: "Silence" bottom: "rest" }`,
  );
  await folder.done("convert", "net", "-o", "two.npz");
  const words = ["render", "two.npz", "dark.png", "light.png", ...cpu, "-o", "made"];
  const { code, stderr } = await folder.kaffe(...words);
  assert.equal(code, 2);
  assert.match(stderr, /the network's outputs first and out may be pictures: --blob out/);
  const json = await folder.done(...words, "--blob", "first", "--batch", "2", "--json");
  assert.deepEqual(JSON.parse(json), [
    { file: "dark.png", drawn: "made/dark.png", width: 6, height: 4 },
    { file: "light.png", drawn: "made/light.png", width: 6, height: 4 },
  ]);
  assert.deepEqual(await pixelOf(folder, "made/dark.png"), [10, 10, 10, 255]);
  assert.deepEqual(await pixelOf(folder, "made/light.png"), [250, 250, 250, 255]);
  const none = await folder.kaffe(...words, "--blob", "none");
  assert.match(none.stderr, /^Cannot render by "none": the network has no such blob/m);
});

Deno.test("with --own-size, pictures are rendered in their own size", async () => {
  using folder = await withNegative();
  const [width, height] = [9, 5];
  const data = Uint8ClampedArray.from(
    { length: 4 * width * height },
    (_, i) => i % 4 < 3 ? i : 255,
  );
  folder.write("own.png", await encodePng({ width, height, data }));
  const words = ["render", "m.npz", "own.png", "dark.png", "--own-size", "-o", "made", "--json"];
  const answers = JSON.parse(await folder.done(...words, ...cpu));
  assert.deepEqual(answers[0], { file: "own.png", drawn: "made/own.png", width, height });
  const made = await decodeImage(Deno.readFileSync(folder.at("made/own.png")), "own.png");
  assert.deepEqual([...made.data], [...data].map((x, i) => i % 4 < 3 ? 255 - x : 255));
  assert.deepEqual(await pixelOf(folder, "made/dark.png"), [245, 245, 245, 255]);
});
