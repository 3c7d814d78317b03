/**
 * The contenders that run in a Python process: OpenCV's dnn and PyTorch.
 *
 * @module
 */
import { writeOnnx } from "../lib/emit/onnx/onnx_model.ts";
import { bundleOf } from "./contenders/kaffe.ts";
import type { Figures } from "./measure.ts";
import type { Race } from "./networks.ts";
import type { Row } from "./race.ts";

/** The cost of a model with OpenCV's dnn. */
export interface OpenCvFigures extends Figures {
  readonly name: string;
  /** The milliseconds of loading it. */
  readonly load: number;
  /** The peak memory after loading it, in bytes. */
  readonly peak: number;
}

/** Loads a model with OpenCV's dnn, and runs it several times; after no runs, all times are null. */
export async function opencv(
  python: string,
  runs: number,
  shape: readonly number[],
  ...files: readonly string[]
): Promise<OpenCvFigures> {
  return JSON.parse(await run(python, "opencv.py", [String(runs), String(shape), ...files]));
}

/** The result of OpenCV's dnn in a race. */
export async function raceOpenCv(python: string, { graph, input }: Race): Promise<Row> {
  const model = new Blob([...writeOnnx({ graph })]);
  return await raceFile("OpenCV", model, "model.onnx", async (path) => {
    const { name, load: _load, peak: _peak, ...figures } = await opencv(
      python,
      5,
      input.shape,
      path,
    );
    return { name, figures };
  });
}

/** The result of PyTorch in a race, on the GPU if it has one. */
export async function racePyTorch(python: string, { graph }: Race): Promise<Row> {
  return await raceFile("PyTorch", bundleOf(graph), "model.npz", async (path) => {
    const { name, ...figures } = JSON.parse(await run(python, "pytorch.py", ["20", path]));
    return { name, figures };
  });
}

/** The result of a library that reads the model from a file. */
async function raceFile(
  library: string,
  model: Blob,
  name: string,
  race: (path: string) => Promise<Row>,
): Promise<Row> {
  const folder = await Deno.makeTempDir({ prefix: "kaffe-bench-" });
  try {
    const path = `${folder}/${name}`;
    await Deno.writeFile(path, model.stream());
    return await race(path);
  } catch (error) {
    return { name: library, failure: String(error) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function run(python: string, script: string, args: readonly string[]): Promise<string> {
  const path = new URL(script, import.meta.url).pathname;
  const child = new Deno.Command(python, { args: [path, ...args] });
  const { success, stdout, stderr } = await child.output();
  if (!success) throw new Error(new TextDecoder().decode(stderr).trim().split("\n").at(-1));
  return new TextDecoder().decode(stdout);
}
