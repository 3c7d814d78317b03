/**
 * MTCNN with its trained weights, on a photograph of two people.
 */
import assert from "node:assert/strict";
import { decodeImage, encodePng } from "../../cli/images.ts";
import {
  type Box,
  moved,
  overSmaller,
  overUnion,
  squared,
  suppress,
} from "../../examples/mtcnn/boxes.ts";
import { type Face, FaceDetector } from "../../examples/mtcnn/detector.ts";
import { drawFaces } from "../../examples/mtcnn/drawing.ts";
import { crop, transposed } from "../../examples/mtcnn/pictures.ts";
import type { Image } from "../../runtime/mod.ts";
import type { Shape4 } from "../../runtime/tensor.ts";
import { readNpz } from "../golden.ts";
import { hasGpu } from "../gpu.ts";
import { Folder, pathOf } from "../cli/command.ts";
import { colourAt } from "../pixels.ts";
import { hasShared, shared } from "../shared.ts";

Deno.test("boxes are compared by overlap, moved, made square and suppressed", () => {
  const [large, small]: Box[] = [[0, 0, 4, 2], [2, 1, 4, 3]];
  assert.equal(overUnion(large!, small!), 2 / 10);
  assert.equal(overSmaller(large!, small!), 2 / 4);
  assert.equal(overUnion(large!, [5, 5, 6, 6]), 0);
  assert.deepEqual(squared(large!), [0, -1, 4, 3]);
  const candidate = (box: Box, score: number) => ({ box, score, moves: [0.5, 1, 0, -0.5] as Box });
  assert.deepEqual(moved(candidate(large!, 1)), [2, 2, 4, 1]);
  const both = [candidate(large!, 0.6), candidate(small!, 0.9)];
  assert.deepEqual(suppress(both, 0.3).map(({ score }) => score), [0.9, 0.6]);
  assert.deepEqual(suppress(both, 0.3, overSmaller).map(({ score }) => score), [0.9]);
});

Deno.test("pictures are transposed, and cropped beyond their borders", () => {
  const pixel = (value: number) => [value, value, value, 255];
  const picture = (width: number, height: number, values: number[]): Image => ({
    width,
    height,
    data: new Uint8Array(values.flatMap((value) => value < 0 ? [0, 0, 0, 0] : pixel(value))),
  });
  const image = picture(3, 2, [1, 2, 3, 4, 5, 6]);
  assert.deepEqual(transposed(image), picture(2, 3, [1, 4, 2, 5, 3, 6]));
  assert.deepEqual(crop(image, [1, -1, 4, 2]), picture(3, 3, [-1, -1, -1, 2, 3, -1, 5, 6, -1]));
  assert.deepEqual(crop(image, [7, 7, 8, 8]), picture(1, 1, [-1]));
});

const models = ["det1", "det2", "det3"].map((name) => `models/mtcnn_${name}`);
const recording = "goldens/real/mtcnn_det1_photo.npz";
const missing = !hasShared(recording) ||
  models.some((folder) => !hasShared(`${folder}/deploy.prototxt`));

/** The photograph, from the recorded input of the first network, which is transposed and scaled. */
async function readPhotograph(): Promise<Image> {
  const { shape, data } = (await readNpz(new URL(recording, shared))).get("input:data")!;
  const [, , width, height] = shape as Shape4;
  const pixels = Uint8Array.from({ length: width * height * 4 }, (_, i) => {
    const x = Math.floor(i / 4) % width, y = Math.floor(i / 4 / width), channel = i % 4;
    return channel === 3 ? 255 : data[(channel * width + x) * height + y]! * 128 + 127.5;
  });
  return { width, height, data: pixels };
}

function loadDetector(device: "gpu" | "cpu"): Promise<FaceDetector> {
  const [first, second, third] = models.map((folder) => {
    const read = (file: string) => Deno.readFileSync(new URL(`${folder}/${file}`, shared));
    return {
      prototxt: read("deploy.prototxt"),
      caffemodel: read(`${folder.slice("models/".length)}.caffemodel`),
    };
  });
  return FaceDetector.load([first!, second!, third!], { device });
}

/** The boxes of the faces in the photograph. */
const expected: readonly Box[] = [[27, 6, 45, 30], [89, 27, 108, 50]];

function expectFaces(faces: readonly Face[]): void {
  assert.equal(faces.length, 2);
  const fromLeft = faces.toSorted((a, b) => a.box[0] - b.box[0]);
  for (const [i, { box, score, points }] of fromLeft.entries()) {
    assert(overUnion(box, expected[i]!) > 0.8, `a face is at ${box}`);
    assert(score > 0.99);
    const [leftEye, rightEye, nose, leftCorner, rightCorner] = points;
    assert(leftEye![0] < nose![0] && nose![0] < rightEye![0], "the nose is between the eyes");
    assert(leftCorner![0] < rightCorner![0]);
    assert(Math.max(leftEye![1], rightEye![1]) < nose![1], "the eyes are above the nose");
    assert(nose![1] < Math.min(leftCorner![1], rightCorner![1]), "the mouth is below the nose");
    for (const [x, y] of points) {
      assert(x > box[0] && x < box[2] && y > box[1] && y < box[3], "points are in the face");
    }
  }
}

for (const [device, ignore] of [["cpu", missing], ["gpu", missing || !hasGpu]] as const) {
  Deno.test({
    name: `MTCNN finds two faces and their points on the ${device}`,
    ignore,
    async fn() {
      const photograph = await readPhotograph();
      const detector = await loadDetector(device);
      const faces = await detector.detect(photograph);
      expectFaces(faces);
      assert.deepEqual(await detector.detect(photograph, { smallest: 60 }), []);
      detector.destroy();
      const file = await encodePng(drawFaces(photograph, faces));
      const drawn = await decodeImage(file, "faces.png");
      const [left, top] = faces[0]!.box.map(Math.round);
      const [x, y] = faces[0]!.points[2]!.map(Math.round);
      assert.deepEqual(colourAt(drawn, left!, top!), [40, 230, 80]);
      assert.deepEqual(colourAt(drawn, x!, y!), [255, 50, 50]);
      assert.deepEqual(colourAt(drawn, 0, 0), colourAt(photograph, 0, 0));
    },
  });
}

Deno.test("the program prints errors in one line", async () => {
  using folder = new Folder();
  const photograph = pathOf("examples/digits/samples/4_open.png");
  const wrong: [words: string[], code: number, message: string][] = [
    [[photograph], 2, "two files are needed: the photograph, and the picture to write"],
    [[photograph, "f.png", "--smallest", "big"], 2, "--smallest needs an integer of at least 12"],
    [[photograph, photograph], 2, `${photograph} cannot be both read and written`],
    [[photograph, "f.png"], 1, "Cannot read ./det1.prototxt: there is no such file"],
    [["missing.jpg", "f.png"], 1, "Cannot read missing.jpg: there is no such file"],
  ];
  for (const [words, code, message] of wrong) {
    const program = pathOf("examples/mtcnn/main.ts");
    const ended = await folder.deno("run", "--quiet", "-A", program, ...words);
    const prefix = code === 2 ? "examples/mtcnn/main.ts: " : "";
    assert.ok(ended.stderr.startsWith(prefix + message), ended.stderr);
    assert.equal(ended.code, code);
  }
});

Deno.test({
  name: "the program prints that there is no face, and writes nothing",
  ignore: missing,
  async fn() {
    using folder = new Folder();
    for (const name of ["det1", "det2", "det3"]) {
      const from = new URL(`models/mtcnn_${name}/`, shared);
      Deno.copyFileSync(new URL("deploy.prototxt", from), folder.at(`${name}.prototxt`));
      Deno.copyFileSync(
        new URL(`mtcnn_${name}.caffemodel`, from),
        folder.at(`${name}.caffemodel`),
      );
    }
    const { code, stdout } = await folder.deno(
      ...["run", "--quiet", "-A", pathOf("examples/mtcnn/main.ts")],
      ...[pathOf("examples/digits/samples/4_open.png"), "f.png", "--device", "cpu"],
    );
    assert.equal(stdout, "no face of 20 pixels or more was found; nothing is written\n");
    assert.deepEqual([code, folder.files.includes("f.png")], [0, false]);
  },
});
