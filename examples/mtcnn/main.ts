/**
 * Detects the faces in a photograph, and draws them.
 *
 * ```sh
 * deno run -A examples/mtcnn/main.ts photograph.jpg faces.png --models ../mtcnn
 * ```
 *
 * @module
 */
import { reportError } from "../../cli/errors.ts";
import { readFile } from "../../cli/files.ts";
import { decodeImage, encodePng } from "../../cli/images.ts";
import { readChoice, readInteger } from "../../cli/option_values.ts";
import { parseCommandLine } from "../../cli/options.ts";
import { checkOutputPaths } from "../../cli/output_paths.ts";
import { quietGraphics } from "../../cli/quiet_graphics.ts";
import { UsageError } from "../../cli/usage_error.ts";
import { writeFiles } from "../../cli/write_file.ts";
import { FaceDetector, type NetworkFiles } from "./detector.ts";
import { drawFaces } from "./drawing.ts";

const usage = `usage: main.ts PHOTOGRAPH FACES.png [options]

  PHOTOGRAPH        A JPEG or a PNG.
  FACES.png         The picture to write, with boxes around the faces.
  --models FOLDER   The folder of det1.prototxt, det1.caffemodel … det3.caffemodel (.).
  --smallest N      The size of the smallest face in pixels (20); at least 12.
  --device gpu|cpu  The device to run on (gpu).
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

/** Runs a command line, and returns the exit code. */
async function main(args: readonly string[]): Promise<number> {
  const { files: [photograph, drawing, ...more], values } = parseCommandLine(args, options);
  if (values.help) {
    console.log(usage);
    return 0;
  }
  if (photograph === undefined || drawing === undefined || more.length > 0) {
    throw new UsageError("two files are needed: the photograph, and the picture to write");
  }
  const smallest = readInteger(values.smallest ?? "20", "--smallest", 12);
  const device = readChoice(values.device ?? "gpu", "--device", ["gpu", "cpu"]);
  checkOutputPaths([photograph], [{ path: drawing, from: "FACES.png", isFolder: false }]);
  const image = await decodeImage(await readFile(photograph), photograph);
  const detector = await FaceDetector.load(await readModels(values.models ?? "."), { device });
  const faces = await detector.detect(image, { smallest });
  detector.destroy();
  if (faces.length === 0) {
    console.log(`no face of ${smallest} pixels or more was found; nothing is written`);
    return 0;
  }
  for (const { box, score } of faces) {
    console.log(`face at ${box.map(Math.round).join(", ")}: ${(100 * score).toFixed(1)} %`);
  }
  await writeFiles([{ path: drawing, chunks: [await encodePng(drawFaces(image, faces))] }]);
  return 0;
}

if (import.meta.main) {
  quietGraphics();
  Deno.exit(
    await main(Deno.args).catch((error) => reportError(error, "examples/mtcnn/main.ts")),
  );
}
