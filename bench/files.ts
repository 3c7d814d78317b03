/**
 * Measures the time and the memory of converting and loading a model, each in its own process,
 * alternately with OpenCV, which only loads the model.
 *
 * @module
 */
import { medianOf } from "../cli/medians.ts";
import { opencv } from "./python.ts";

/** The cost of a process. */
interface Cost {
  readonly milliseconds: number;
  /** The peak memory in bytes. */
  readonly peak: number;
}

/** A process that has ended. */
interface Run extends Cost {
  /** What it printed. */
  readonly output: string;
}

/** The figures by what was measured, in order. */
export type FileFigures = Readonly<Record<string, Readonly<Record<string, number | string>>>>;

const rounds = 3;
const root = new URL("../", import.meta.url);

/**
 * Converts a model to bundles with each type of weights. The time is that of the whole process; for
 * OpenCV, that of the call alone which loads the model.
 *
 * @param python A Python with OpenCV's dnn, to compare with.
 */
export async function measureConverting(
  prototxt: string,
  caffemodel: string,
  python: string | undefined,
): Promise<FileFigures> {
  const costs = new Map<string, Cost[]>();
  const sizes = new Map<string, number>();
  const add = (name: string, cost: Cost) => costs.set(name, [...costs.get(name) ?? [], cost]);
  const folder = await Deno.makeTempDir({ prefix: "kaffe-bench-" });
  try {
    for (let round = 0; round < rounds; round++) {
      if (python !== undefined) {
        const { load, peak, name } = await opencv(python, 0, [1], prototxt, caffemodel);
        add(`${name}: load only`, { milliseconds: load, peak });
      }
      for (const weights of ["float32", "float16", "int8"]) {
        const name = `convert to ${weights}`, path = `${folder}/${weights}.npz`;
        const options = ["--weights", weights, "--no-compare"];
        add(name, await convert(prototxt, caffemodel, path, options));
        sizes.set(name, (await Deno.stat(path)).size);
        // Otherwise the system would write it to the disk during the next measurement.
        await Deno.remove(path);
      }
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  return Object.fromEntries(
    [...costs].map(([name, all]) => [name, {
      milliseconds: medianOf(all.map(({ milliseconds }) => milliseconds)),
      peak: Math.max(...all.map(({ peak }) => peak)),
      ...(sizes.has(name) && { bytes: sizes.get(name)! }),
    }]),
  );
}

/** Loads a model as a bundle in float32, and runs it. */
export async function measureLoading(prototxt: string, caffemodel: string): Promise<FileFigures> {
  const folder = await Deno.makeTempDir({ prefix: "kaffe-bench-" });
  try {
    const path = `${folder}/model.npz`;
    await convert(prototxt, caffemodel, path, []);
    const runs: Run[] = [];
    for (let round = 0; round < rounds; round++) runs.push(await run("bench/load_once.ts", [path]));
    const all: Record<string, number>[] = runs.map(({ output }) => JSON.parse(output));
    const figures = Object.fromEntries(
      Object.keys(all[0]!).map((key) => [key, medianOf(all.map((each) => each[key]!))]),
    );
    return { "float32": { ...figures, peak: Math.max(...runs.map(({ peak }) => peak)) } };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Converts a model to a bundle. */
function convert(
  prototxt: string,
  caffemodel: string,
  path: string,
  options: readonly string[],
): Promise<Run> {
  return run("scripts/convert.ts", [prototxt, caffemodel, "--data-output-path", path, ...options]);
}

/** Runs a script of the project to completion. */
async function run(script: string, args: readonly string[]): Promise<Run> {
  const start = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-lock", "--quiet", "--no-check", script, ...args],
    cwd: root,
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, memoryOf(child.pid));
  }, 10);
  const output = await new Response(child.stdout).text();
  const { success } = await child.status;
  clearInterval(watch);
  if (!success) throw new Error(`${script} ${args.join(" ")} failed`);
  return { milliseconds: performance.now() - start, peak, output };
}

/** The peak memory of a process so far, in bytes, which Linux calls its high-water mark; 0 if the system does not report it. */
function memoryOf(pid: number): number {
  try {
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    return Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
