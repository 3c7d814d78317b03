import assert from "node:assert/strict";
import { decodeImage } from "../../cli/images.ts";
import { readPicture } from "../../cli/pictures.ts";
import { crc32 } from "../../runtime/bundle/crc32.ts";
import { readNpy } from "../../runtime/bundle/npy.ts";
import { type Image, preprocess } from "../../runtime/preprocess.ts";
import { readZip } from "../../runtime/bundle/zip.ts";
import { plain } from "../preprocessing.ts";
import { hasShared, shared } from "../shared.ts";

/** Pictures, and the results of OpenCV's `imread`: rows of red, green and blue. */
const pictures: { what: string; file: string; rows: number[][][] }[] = [
  {
    what: "PNG",
    file:
      "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAGElEQVR4nGP4z8DAAMFcInInUoz+//8PADwZB5Xv" +
      "wsbYAAAAAElFTkSuQmCC",
    rows: [
      [[255, 0, 0], [0, 255, 0], [0, 0, 255]],
      [[10, 20, 30], [200, 100, 50], [255, 255, 255]],
    ],
  },
  {
    what: "PNG with alpha",
    file:
      "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAYAAACddGYaAAAAI0lEQVR4nGP8z8DAwPifwYiB8b8RA5eI3LQTKUYn" +
      "/v///x8AYikKWfaEjdgAAAAASUVORK5CYII=",
    rows: [
      [[255, 0, 0], [0, 255, 0], [0, 0, 255]],
      [[10, 20, 30], [200, 100, 50], [255, 255, 255]],
    ],
  },
  {
    what: "PNG with a palette",
    file:
      "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACAgMAAADgGo6JAAAADFBMVEWA/4DIZDIKFB6AAIBJ4tOfAAAADElEQVR4" +
      "nGPwYXIBAAEwAJNO6vz2AAAAAElFTkSuQmCC",
    rows: [
      [[200, 100, 50], [128, 255, 128], [128, 0, 128]],
      [[10, 20, 30], [200, 100, 50], [128, 255, 128]],
    ],
  },
  {
    what: "grey PNG",
    file:
      "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAAAAAC4HznGAAAAEElEQVR4nGPwmSbLdOzZIwALOQOQ/bwxagAAAABJ" +
      "RU5ErkJggg==",
    rows: [
      [[76, 76, 76], [150, 150, 150], [29, 29, 29]],
      [[18, 18, 18], [124, 124, 124], [255, 255, 255]],
    ],
  },
  {
    what: "PNG of 16 bits",
    file:
      "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACEAIAAABChi0OAAAALElEQVQIHWP8/48BCBiZ/v9jAAJGpv//GLm4RETk" +
      "5PbtCwgQETE3mz3r7BkA0xgL96fjXRIAAAAASUVORK5CYII=",
    rows: [
      [[255, 0, 0], [0, 255, 0], [0, 0, 255]],
      [[10, 20, 30], [200, 100, 50], [255, 255, 255]],
    ],
  },
  {
    what: "JPEG",
    file:
      "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQ" +
      "c1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSk" +
      "pKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKT/wAARCAACAAMDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAA" +
      "AAX/xAAbEAACAwEBAQAAAAAAAAAAAAABAgADBAUhgf/EABUBAQEAAAAAAAAAAAAAAAAAAAIE/8QAGhEAAgIDAAAA" +
      "AAAAAAAAAAAAAAECAzEycf/aAAwDAQACEQMRAD8ApcnJmu5mey3PVY5T1mQEn7ERLqtI8QXk/9k=",
    rows: [
      [[86, 95, 0], [111, 120, 5], [87, 62, 216]],
      [[41, 50, 0], [148, 157, 42], [234, 209, 255]],
    ],
  },
  {
    what: "JPEG rotated by EXIF",
    file:
      "/9j/4AAQSkZJRgABAQAAAQABAAD/4QAiRXhpZgAATU0AKgAAAAgAAQESAAMAAAABAAYAAAAAAAD/2wBDABsSFBcU" +
      "ERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/2wBDARwe" +
      "HigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKT/wAAR" +
      "CAACAAMDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAX/xAAbEAACAwEBAQAAAAAAAAAAAAABAgADBAUh" +
      "gf/EABUBAQEAAAAAAAAAAAAAAAAAAAIE/8QAGhEAAgIDAAAAAAAAAAAAAAAAAAECAzEycf/aAAwDAQACEQMRAD8A" +
      "pcnJmu5mey3PVY5T1mQEn7ERLqtI8QXk/9k=",
    rows: [
      [[41, 50, 0], [86, 95, 0]],
      [[148, 157, 42], [111, 120, 5]],
      [[234, 209, 255], [87, 62, 216]],
    ],
  },
  {
    what: "grey JPEG",
    file:
      "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQ" +
      "c1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/wAALCAACAAMBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAABf/EABsQAAID" +
      "AAMAAAAAAAAAAAAAAAECAwQFACGB/9oACAEBAAA/AEsmpWmzK8kteKRynbMgJPvP/9k=",
    rows: [
      [[79, 79, 79], [104, 104, 104], [87, 87, 87]],
      [[34, 34, 34], [141, 141, 141], [234, 234, 234]],
    ],
  },
  {
    what: "progressive JPEG",
    file:
      "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQ" +
      "c1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSk" +
      "pKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKT/wgARCAACAAMDASIAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAA" +
      "AAT/xAAVAQEBAAAAAAAAAAAAAAAAAAABA//aAAwDAQACEAMQAAABpFz/xAAWEAEBAQAAAAAAAAAAAAAAAAACAwH/" +
      "2gAIAQEAAQUCkTs//8QAFBEBAAAAAAAAAAAAAAAAAAAAAP/aAAgBAwEBPwF//8QAFxEAAwEAAAAAAAAAAAAAAAAA" +
      "AAECMf/aAAgBAgEBPwGcR//EABYQAQEBAAAAAAAAAAAAAAAAAAECAP/aAAgBAQAGPwKVkd//xAAXEAEAAwAAAAAA" +
      "AAAAAAAAAAABABEx/9oACAEBAAE/IXYFak//2gAMAwEAAgADAAAAEAP/xAAWEQADAAAAAAAAAAAAAAAAAAAAATH/" +
      "2gAIAQMBAT8QdP/EABYRAAMAAAAAAAAAAAAAAAAAAAABof/aAAgBAgEBPxCZH//EABcQAQADAAAAAAAAAAAAAAAA" +
      "AAEAIYH/2gAIAQEAAT8QWlbhV2f/2Q==",
    rows: [
      [[86, 95, 0], [111, 120, 5], [87, 62, 216]],
      [[41, 50, 0], [148, 157, 42], [234, 209, 255]],
    ],
  },
  {
    what: "CMYK JPEG",
    file:
      "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwAbEhQXFBEbFxYXHhwbIChCKyglJShROj0wQmBVZWRfVV1baniZgWpxkHNb" +
      "XYW1hpCeo6utq2eAvMm6pseZqKuk/8AAFAgAAgADBEMRAE0RAFkRAEsRAP/EABUAAQEAAAAAAAAAAAAAAAAAAAUG" +
      "/8QAIBAAAgICAgIDAAAAAAAAAAAAAQMCBAAFESExMkFhsv/aAA4EQwBNAFkASwAAPwBTXUqj9ehrqyWMnASlOawT" +
      "InySfnEdRTqv1ldjqyWTMODKcASeOh2frFdAANPXAHHt+jlNn//Z",
    rows: [
      [[236, 33, 1], [39, 206, 11], [1, 35, 240]],
      [[78, 1, 20], [143, 179, 28], [255, 188, 253]],
    ],
  },
];
const fileOf = (what: string) => Uint8Array.fromBase64(pictures.find((p) => p.what === what)!.file);

for (const { what, file, rows } of pictures) {
  Deno.test(`a ${what} is decoded to the same pixels as by OpenCV`, async () => {
    const image = await decodeImage(Uint8Array.fromBase64(file), "picture");
    assert.deepEqual([image.height, image.width], [rows.length, rows[0]!.length]);
    const tolerance = what === "CMYK JPEG" ? 2 : 0;
    for (const [i, value] of rows.flat(2).entries()) {
      const decoded = image.data[Math.floor(i / 3) * 4 + i % 3]!;
      assert.ok(Math.abs(decoded - value) <= tolerance, `${decoded} is not ${value}`);
    }
  });
}

/** EXIF data with an orientation. */
function exifOf(orientation: number): Uint8Array {
  const start = [...new TextEncoder().encode("MM\0*"), 0, 0, 0, 8];
  return Uint8Array.of(
    ...start,
    ...[0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0],
    0,
    0,
    0,
    0,
  );
}

/** Rows of letters for a picture's pixels, by the index of their colour in a list. */
function lettersOf({ width, data }: Image, colours: readonly number[][]): string[] {
  const letters = Array.from({ length: data.length / 4 }, (_, i) => {
    const [red, green, blue] = data.subarray(4 * i);
    return "abcdef"[colours.findIndex(([r, g, b]) => r === red && g === green && b === blue)];
  });
  return Array.from({ length: letters.length / width }, (_, y) => {
    return letters.slice(y * width, (y + 1) * width).join("");
  });
}

/** OpenCV's results for the rows `abc` and `def`, by orientation. */
const rotated = [
  ...["abc def", "cba fed", "fed cba", "def abc"],
  ...["ad be cf", "da eb fc", "fc eb da", "cf be ad"],
];

Deno.test("a PNG is rotated upright by its EXIF chunk", async () => {
  const file = fileOf("PNG"), { rows } = pictures[0]!;
  for (const [i, expected] of rotated.entries()) {
    const chunk = Uint8Array.of(0, 0, 0, 26, ...new TextEncoder().encode("eXIf"), ...exifOf(i + 1));
    const sum = new Uint8Array(4);
    new DataView(sum.buffer).setUint32(0, crc32(chunk.subarray(4)));
    // After the header chunk.
    const bytes = Uint8Array.of(...file.subarray(0, 33), ...chunk, ...sum, ...file.subarray(33));
    const image = await decodeImage(bytes, "picture");
    assert.deepEqual(lettersOf(image, rows.flat()), expected.split(" "), `${i + 1}`);
  }
});

Deno.test("a CMYK JPEG is rotated upright", async () => {
  const file = fileOf("CMYK JPEG");
  const segment = [...new TextEncoder().encode("Exif\0\0"), ...exifOf(6)];
  const app1 = [0xff, 0xe1, 0, segment.length + 2, ...segment];
  const upright = await decodeImage(file, "picture");
  const colours = Array.from({ length: 6 }, (_, i) => [...upright.data.subarray(4 * i, 4 * i + 3)]);
  assert.deepEqual(lettersOf(upright, colours), ["abc", "def"]);
  const bytes = Uint8Array.of(...file.subarray(0, 2), ...app1, ...file.subarray(2));
  assert.deepEqual(lettersOf(await decodeImage(bytes, "picture"), colours), ["da", "eb", "fc"]);
});

Deno.test("errors about a picture name its file", async () => {
  const preprocessing = { ...plain, crop: [9, 9] } as const;
  const name = "$& costs $$.png";
  await assert.rejects(() => readPicture(fileOf("PNG"), name, preprocessing, [3, 9, 9]), {
    message: `Cannot prepare ${name}: its size [2, 3] is too small to cut [9, 9] from it`,
  });
});

const others: [string, string][] = [
  ["a picture in GIF", "GIF89a"],
  ["a picture in WebP", "RIFF\x10\x00\x00\x00WEBPVP8 "],
  ["a picture in BMP", "BM"],
  ["a picture in TIFF", "II*\0"],
  ["a picture in AVIF", "\0\0\0 ftypavif"],
  ["no picture", ""],
  ["no picture", "hello"],
];
for (const [what, start] of others) {
  Deno.test(`a file that starts with ${JSON.stringify(start)} is refused as ${what}`, async () => {
    await assert.rejects(decodeImage(new TextEncoder().encode(start), "x"), {
      message: `Cannot read x: it is ${what}, but only JPEG and PNG are read`,
    });
  });
}

for (const what of ["PNG", "JPEG", "progressive JPEG", "CMYK JPEG"]) {
  Deno.test(`a ${what} cut off anywhere but in its last 20 bytes is refused`, async () => {
    const file = fileOf(what);
    let refused = 0;
    for (let length = 0; length < file.length; length++) {
      await decodeImage(file.subarray(0, length), "x").catch((error) => {
        assert.match(error.message, /^Cannot read x: [^\n]+$/);
        refused++;
      });
    }
    assert.ok(refused >= file.length - 20, `${refused} of ${file.length}`);
    await decodeImage(file, "x");
  });
}

Deno.test("a picture of too many pixels is refused before it is decoded", async () => {
  const png = fileOf("PNG");
  new DataView(png.buffer).setUint32(16, 0x7fffffff);
  await assert.rejects(decodeImage(png, "x"), /2147483647 × 2 pixels, but at most 100000000/);
});

const inputs = "images/squeezenet_v1.0_inputs.npz";
Deno.test({
  name: "preprocessed photographs equal OpenCV's inputs for SqueezeNet",
  ignore: !hasShared(inputs),
  async fn() {
    const zip = readZip(await Deno.readFile(new URL(inputs, shared)));
    const expected = readNpy(await zip.get("images.npy")!.read(), "images").data;
    const list = new URL("images/squeezenet_v1.0_predictions.json", shared);
    const pixels = 227 * 227;
    for (const [i, { file }] of JSON.parse(await Deno.readTextFile(list)).entries()) {
      const image = await decodeImage(
        await Deno.readFile(new URL(`images/${file}`, shared)),
        file,
      );
      const resized = { ...plain, resize: { exact: [227, 227] } } as const;
      const input = preprocess(image, resized, [3, 227, 227]);
      for (let j = 0; j < input.length; j++) {
        const at = (i * pixels + j % pixels) * 3 + Math.floor(j / pixels);
        if (input[j] !== expected[at]) assert.fail(`${file}: ${input[j]} is not ${expected[at]}`);
      }
    }
  },
});
