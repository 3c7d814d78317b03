/**
 * Finds the faces in a photograph, and draws them.
 *
 * ```sh
 * deno run -A examples/mtcnn/main.ts photograph.jpg faces.png --models ../mtcnn
 * ```
 *
 * @module
 */
import { reportError } from "../../cli/errors.ts";
import { readFile } from "../../cli/files.ts";
import { decodeImage } from "../../cli/images.ts";
import { readChoice, readInteger } from "../../cli/option_values.ts";
import { readWords } from "../../cli/options.ts";
import { checkPlaces } from "../../cli/places.ts";
import { quietGraphics } from "../../cli/quiet_graphics.ts";
import { UsageError } from "../../cli/usage_error.ts";
import { writeFiles } from "../../cli/write_file.ts";
import { FaceDetector, type NetworkFiles } from "./detector.ts";
import { drawFaces } from "./drawing.ts";
import { writePng } from "./png.ts";

const usage = `usage: main.ts PHOTOGRAPH FACES.png [options]

  PHOTOGRAPH        A JPEG or a PNG.
  FACES.png         Where it is written, with boxes around the faces.
  --models FOLDER   Where det1.prototxt, det1.caffemodel … det3.caffemodel are (here).
  --smallest N      How many pixels the smallest faces have (20); at least 12.
  --device gpu|cpu  Where the networks run (gpu).
  --help            Show this text.`;

const options = {
  models: { value: "FOLDER", about: "" },
  smallest: { value: "N", about: "" },
  device: { value: "gpu|cpu", about: "" },
  help: { about: "" },
} as const;

/** Reads `det1`, `det2` and `det3` from a folder: `det1.prototxt` and `det1.caffemodel`, and so on. */
async function readModels(
  folder: string,
): Promise<readonly [NetworkFiles, NetworkFiles, NetworkFiles]> {
  const read = async (name: string) => ({
    prototxt: await readFile(`${folder}/${name}.prototxt`),
    caffemodel: await readFile(`${folder}/${name}.caffemodel`),
  });
  return [await read("det1"), await read("det2"), await read("det3")];
}

/** Does what the words of a command line say, and gives the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const { files: [photograph, drawing, ...more], values } = readWords(args, options);
  if (values.help) {
    console.log(usage);
    return 0;
  }
  if (photograph === undefined || drawing === undefined || more.length > 0) {
    throw new UsageError("it takes a photograph, and the name of the picture to be written");
  }
  const smallest = readInteger(values.smallest ?? "20", "--smallest", 12);
  const device = readChoice(values.device ?? "gpu", "--device", ["gpu", "cpu"]);
  checkPlaces([photograph], [{ path: drawing, from: "FACES.png", isFolder: false }]);
  const image = await decodeImage(await readFile(photograph), photograph);
  const detector = await FaceDetector.load(await readModels(values.models ?? "."), { device });
  const faces = await detector.detect(image, { smallest });
  detector.destroy();
  if (faces.length === 0) {
    console.log(`no face of ${smallest} pixels or more was found, and nothing is drawn`);
    return 0;
  }
  for (const { box, score } of faces) {
    console.log(`face at ${box.map(Math.round).join(", ")}: ${(100 * score).toFixed(1)} %`);
  }
  await writeFiles([{ path: drawing, chunks: [await writePng(drawFaces(image, faces))] }]);
  return 0;
}

if (import.meta.main) {
  quietGraphics();
  Deno.exit(
    await main(Deno.args).catch((error) => reportError(error, "examples/mtcnn/main.ts")),
  );
}
