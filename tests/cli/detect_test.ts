import assert from "node:assert/strict";
import { decodeImage } from "../../cli/images.ts";
import { colourOf } from "../../lib/answers/palette.ts";
import { colourAt, greyPng } from "../pixels.ts";
import { retinaface } from "../retinaface.ts";
import { Folder } from "./command.ts";

/** A detector with one prior box in the center, half as large as the input, and equal scores. */
const detector = `name: "detector" input: "data" input_shape { dim: 1 dim: 3 dim: 32 dim: 32 }
  layer { name: "pool" type: "Pooling" bottom: "data" top: "pool"
    pooling_param { pool: AVE global_pooling: true } }
  ${head("loc", 4)} ${head("conf", 3)}
  layer { name: "prior" type: "PriorBox" bottom: "pool" bottom: "data" top: "prior"
    prior_box_param { min_size: 16 variance: 0.1 } }
  layer { name: "prob" type: "Softmax" bottom: "conf/flat" top: "prob" }
  layer { name: "found" type: "DetectionOutput" bottom: "loc/flat" bottom: "prob" bottom: "prior"
    top: "found" detection_output_param { num_classes: 3 confidence_threshold: 0.3 } }`;

/** A convolution with zero weights, and its flattened output. */
function head(name: string, outputs: number): string {
  return `layer { name: "${name}" type: "Convolution" bottom: "pool" top: "${name}"
      convolution_param { num_output: ${outputs} kernel_size: 1
        weight_filler { type: "constant" value: 0 } } }
    layer { name: "${name}/flat" type: "Flatten" bottom: "${name}" top: "${name}/flat" }`;
}

/** A folder with the detector's bundle, `m.npz`, and grey pictures. */
async function withDetector(...options: string[]): Promise<Folder> {
  const folder = new Folder();
  folder.write("net", detector);
  folder.write("labels.txt", "nothing\ncat\ndog\n");
  const what = ["--labels", "labels.txt", "--mean-values", "1,2,3"];
  await folder.done("convert", "net", "-o", "m.npz", ...what, ...options);
  folder.write("wide.png", await greyPng(200, 50));
  folder.write("small.png", await greyPng(64, 32));
  return folder;
}

const cpu = ["--device", "cpu"];

Deno.test("boxes are printed in pixels of each picture, for any batch size", async () => {
  using folder = await withDetector();
  const words = ["detect", "m.npz", "wide.png", "small.png", "--least", "0.3", ...cpu];
  const json = await folder.done(...words, "--json");
  const [wide, small] = JSON.parse(json);
  assert.deepEqual([wide.file, wide.width, wide.height], ["wide.png", 200, 50]);
  const box = { left: 50, top: 12.5, right: 150, bottom: 37.5 };
  const score = Math.fround(1 / 3);
  assert.deepEqual(wide.boxes, [
    { index: 1, label: "cat", score, ...box },
    { index: 2, label: "dog", score, ...box },
  ]);
  assert.deepEqual(small.boxes[0], { ...wide.boxes[0], left: 16, top: 8, right: 48, bottom: 24 });
  assert.equal(await folder.done(...words, "--json", "--batch", "2"), json);
  const text = await folder.done(...words, "--top", "1");
  assert.equal(
    text,
    "wide.png\n    33.33 %  cat     50   13  150   38\n\n" +
      "small.png\n    33.33 %  cat     16    8   48   24\n",
  );
  const withoutBoxes = await folder.done("detect", "m.npz", "wide.png", ...cpu);
  assert.equal(withoutBoxes, "wide.png\n  nothing that scores 0.5 or more\n");
});

Deno.test("labels may be SSD's label map; a wrong number of labels causes a warning", async () => {
  using folder = await withDetector();
  folder.write(
    "map.prototxt",
    `item { name: "none" label: 0 } item { name: "n1" label: 1 display_name: "cat" }
    item { name: "dog" label: 2 }`,
  );
  const convert = async (labels: string) => {
    const words = ["convert", "net", "-o", "l.npz", "--labels", labels];
    const { code, stderr } = await folder.kaffe(...words);
    assert.equal(code, 0);
    return stderr.split("\n").filter((line) => line.includes("labels"));
  };
  assert.deepEqual(await convert("map.prototxt"), []);
  const words = ["detect", "l.npz", "small.png", "--least", "0.3", "--json", ...cpu];
  const [{ boxes }] = JSON.parse(await folder.done(...words));
  assert.deepEqual(boxes.map(({ label }: { label: string }) => label), ["cat", "dog"]);
  folder.write("two.txt", "cat\ndog\n");
  assert.deepEqual(await convert("two.txt"), []);
  folder.write("four.txt", "a\nb\nc\nd\n");
  assert.deepEqual(await convert("four.txt"), [
    "Warning: there are 4 labels, but the network has 3 classes",
  ]);
});

Deno.test("boxes are relative to the center crop", async () => {
  using folder = await withDetector("--resize", "64x32", "--crop", "32");
  const words = ["detect", "m.npz", "wide.png", "--least", "0.3", "--json", ...cpu];
  const [{ boxes: [{ left, top, right, bottom }] }] = JSON.parse(await folder.done(...words));
  assert.deepEqual([left, top, right, bottom], [75, 12.5, 125, 37.5]);
});

Deno.test("boxes are drawn on copies of the pictures", async () => {
  using folder = await withDetector();
  const words = ["detect", "m.npz", "--least", "0.3", ...cpu];
  const text = await folder.done(...words, "wide.png", "-o", "drawn.png");
  assert.match(text, /\n\nWrote drawn\.png \(\d+ B|\d\.\d kB\)\n$/);
  const drawn = await decodeImage(Deno.readFileSync(folder.at("drawn.png")), "drawn.png");
  assert.deepEqual([drawn.width, drawn.height], [200, 50]);

  const json = await folder.done(...words, "small.png", "-o", "small_drawn.png", "--json");
  assert.equal(JSON.parse(json)[0].drawn, "small_drawn.png");

  // The box of the highest score, here the first of two equal ones, is drawn last.
  assert.deepEqual(colourAt(drawn, 100, 37), [...colourOf(1)]);
  assert.deepEqual(colourAt(drawn, 100, 30), [128, 128, 128]);

  folder.write("bad.png", "nothing");
  const both = await folder.kaffe(...words, "wide.png", "bad.png", "small.png", "-o", "boxes");
  assert.equal(both.code, 1);
  assert.match(both.stdout, /Wrote 2 pictures into boxes \(/);
  assert.match(both.stderr, /^Cannot read bad\.png: it is no picture/);
  assert.deepEqual([...Deno.readDirSync(folder.at("boxes"))].map(({ name }) => name).sort(), [
    "small.png",
    "wide.png",
  ]);

  const refused = async (...more: string[]) => {
    const { code, stderr } = await folder.kaffe(...words, ...more);
    assert.equal(code, 2);
    return stderr.split("\n")[0];
  };
  assert.match(
    (await refused("wide.png", "-o", "."))!,
    /detect: wide\.png cannot be both read and written$/,
  );
  assert.match(
    (await refused("wide.png", "boxes/wide.png", "-o", "new"))!,
    /wide\.png and boxes\/wide\.png would both be written to new\/wide\.png$/,
  );
  assert.match(
    (await refused("wide.png", "small.png", "-o", "one.png"))!,
    /one\.png can hold only one picture, but there are 2: give a folder$/,
  );
  assert.ok(!folder.files.includes("new"));
});

Deno.test("a detector that would mix several pictures is not given them at once", async () => {
  using folder = new Folder();
  const mixing = detector.replace('bottom: "data" top: "pool"', 'bottom: "rows" top: "pool"')
    .replace(
      'layer { name: "pool"',
      `layer { name: "rows" type: "Reshape" bottom: "data" top: "rows"
        reshape_param { shape { dim: 1 dim: 3 dim: -1 dim: 32 } } } $&`,
    );
  folder.write("net", mixing);
  await folder.done("convert", "net", "-o", "m.npz");
  for (const name of ["a.png", "b.png"]) folder.write(name, await greyPng(32, 32));
  const words = ["detect", "m.npz", "a.png", "b.png", "--least", "0.3", ...cpu];
  assert.match(await folder.done(...words), /^a\.png\n .*\n[^]*\nb\.png\n .* 33\.33 %/);
  const { code, stderr } = await folder.kaffe(...words, "--batch", "2");
  assert.equal(code, 1);
  assert.match(stderr, /^Cannot run 2 pictures at once: "rows" reshapes several samples/m);
});

Deno.test("RetinaFace's boxes are in pixels of each picture, one picture at a time", async () => {
  using folder = new Folder();
  folder.write("net", retinaface());
  await folder.done("convert", "net", "-o", "m.npz", "--channel-order", "rgb");
  folder.write("wide.png", await greyPng(960, 320));
  const words = ["detect", "m.npz", "wide.png", "--top", "1", ...cpu];
  // The anchor of 512 × 512, clipped to pixels 0 to 95 and 0 to 63.
  assert.equal(await folder.done(...words), "wide.png\n    50.00 %  face      0    0  950  315\n");
  const [{ boxes: [{ landmarks }] }] = JSON.parse(await folder.done(...words, "--json"));
  // All of them are in the center of the anchor.
  assert.deepEqual(landmarks, new Array(5).fill([75, 37.5]));
  const { code, stderr } = await folder.kaffe(...words, "--batch", "2");
  assert.equal(code, 1);
  assert.match(stderr, /^Cannot detect in 2 pictures at once: .* one picture; leave out --batch$/m);
});

Deno.test("networks for other tasks are refused, with the command for their task", async () => {
  using folder = await withDetector();
  const convert = async (layers: string, size = 4) => {
    folder.write(
      "other",
      `input: "data" input_shape { dim: 1 dim: 3 dim: ${size} dim: ${size} } ${layers}`,
    );
    await folder.done("convert", "other", "-o", "other.npz", "--mean-values", "1,2,3");
  };
  const error = async (command: string, bundle = "other.npz") => {
    const { code, stderr } = await folder.kaffe(command, bundle, "wide.png", ...cpu);
    assert.equal(code, 1);
    return stderr;
  };
  const softmax = `layer { name: "prob" type: "Softmax" bottom: "data" top: "prob" }`;
  await convert(softmax);
  const given = `the network computes "prob" [1, 3, 4, 4], not`;
  const segment = "kaffe segment segments pictures with it\n";
  assert.equal(await error("detect"), `Cannot detect in pictures: ${given} boxes; ${segment}`);
  assert.equal(
    await error("classify"),
    `Cannot classify pictures: ${given} one score for each class; ${segment}`,
  );
  await convert(`layer { name: "pool" type: "Pooling" bottom: "data" top: "pool"
    pooling_param { global_pooling: true } }`);
  assert.match(await error("detect"), /not boxes; kaffe classify classifies pictures with it\n$/);
  const detect = /class(?: at each pixel)?; kaffe detect detects objects with it\n$/;
  assert.match(await error("classify", "m.npz"), detect);
  assert.match(
    await error("segment", "m.npz"),
    /class at each pixel; kaffe detect detects objects with it\n$/,
  );
  const render = await folder.kaffe("render", "m.npz", "wide.png", "-o", "out.png", ...cpu);
  assert.match(render.stderr, /not a picture; kaffe detect detects objects with it\n$/);
  await convert(`layer { name: "sum" type: "Reduction" bottom: "data" top: "sum"
    reduction_param { axis: 1 } }`);
  assert.match(await error("detect"), /"sum" \[1\], not boxes; kaffe run writes its outputs\n$/);
  const maps = (...strides: number[]) =>
    strides.map((stride) =>
      `layer { name: "map${stride}" type: "Convolution" bottom: "data" top: "map${stride}"
        convolution_param { num_output: 18 kernel_size: ${stride} stride: ${stride}
          weight_filler { type: "constant" value: 0 } } }`
    ).join(" ");
  const swish = `layer { name: "swish" type: "Swish" bottom: "data" top: "data" }`;
  await convert(`${swish} ${maps(32, 16, 8)}`, 32);
  assert.match(
    await error("detect"),
    /not boxes; they may be maps of YOLO v5, which are decoded only for the 80 classes of COCO; kaffe/,
  );
  await convert(maps(32, 16), 32);
  assert.match(
    await error("detect"),
    /not boxes; if these are the maps of YOLO v3 or v4, [^]* COCO:\n\nlayer \{ name: "detection_out"/,
  );
});
