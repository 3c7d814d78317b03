/**
 * Finds the faces in a photograph, and draws them.
 *
 * ```sh
 * deno run -A examples/mtcnn/main.ts photograph.jpg faces.png --models ../mtcnn
 * ```
 *
 * @module
 */
import { parseArgs } from "node:util";
import { decodeImage } from "../../cli/images.ts";
import { quietGraphics } from "../../cli/quiet_graphics.ts";
import { FaceDetector, type NetworkFiles } from "./detector.ts";
import { drawFaces } from "./drawing.ts";
import { writePng } from "./png.ts";

/** Reads `det1`, `det2` and `det3` from a folder: `det1.prototxt` and `det1.caffemodel`, and so on. */
export function readModels(folder: string): readonly [NetworkFiles, NetworkFiles, NetworkFiles] {
  const read = (name: string) => ({
    prototxt: Deno.readFileSync(`${folder}/${name}.prototxt`),
    caffemodel: Deno.readFileSync(`${folder}/${name}.caffemodel`),
  });
  return [read("det1"), read("det2"), read("det3")];
}

if (import.meta.main) {
  quietGraphics();
  const { values, positionals: [photograph, drawing] } = parseArgs({
    args: Deno.args,
    allowPositionals: true,
    options: {
      models: { type: "string", default: "." },
      device: { type: "string", default: "gpu" },
      smallest: { type: "string", default: "20" },
    },
  });
  if (photograph === undefined || drawing === undefined) {
    console.error("usage: main.ts <photograph.jpg> <faces.png> [--models folder] [--device cpu]");
    Deno.exit(2);
  }
  const image = await decodeImage(await Deno.readFile(photograph), photograph);
  const device = values.device === "cpu" ? "cpu" : "gpu";
  const detector = await FaceDetector.load(readModels(values.models), { device });
  const faces = await detector.detect(image, { smallest: Number(values.smallest) });
  detector.destroy();
  for (const { box, score } of faces) {
    console.log(`face at ${box.map(Math.round).join(", ")}: ${(100 * score).toFixed(1)} %`);
  }
  await Deno.writeFile(drawing, await writePng(drawFaces(image, faces)));
}
