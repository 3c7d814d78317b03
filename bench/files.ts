/**
 * How long it takes to convert a model and to load it, and how much memory: each in a process of its
 * own, in turns with OpenCV, which only loads it.
 *
 * @module
 */
import { median } from "./measure.ts";
import { opencv } from "./python.ts";

/** What a process needed. */
interface Needs {
  readonly milliseconds: number;
  /** The most bytes that it held. */
  readonly peak: number;
}

/** How long the ways took, in the order in which they were measured. */
export type FileFigures = Readonly<Record<string, Readonly<Record<string, number | string>>>>;

const rounds = 3;
const root = new URL("../", import.meta.url);

/**
 * Converts a model to bundles of each type of weights. Our time is that of the whole process, from
 * its start to the written bundle; OpenCV's that of the call alone which loads the model.
 *
 * @param python A Python that has OpenCV's dnn, if it is to be raced.
 */
export async function measureConverting(
  prototxt: string,
  caffemodel: string,
  python: string | undefined,
): Promise<FileFigures> {
  const needs = new Map<string, Needs[]>();
  const sizes = new Map<string, number>();
  const note = (name: string, each: Needs) => needs.set(name, [...needs.get(name) ?? [], each]);
  const folder = await Deno.makeTempDir({ prefix: "kaffe-bench-" });
  try {
    for (let round = 0; round < rounds; round++) {
      if (python !== undefined) {
        const { load, peak, name } = await opencv(python, 0, [1], prototxt, caffemodel);
        note(`${name}: load only`, { milliseconds: load, peak });
      }
      for (const weights of ["float32", "float16", "int8"]) {
        const path = `${folder}/${weights}.npz`;
        note(
          `convert to ${weights}`,
          await run("scripts/convert.ts", [
            ...[prototxt, "--caffemodel", caffemodel, "--weights", weights],
            ...["--data-output-path", path, "--no-compare"],
          ]),
        );
        sizes.set(`convert to ${weights}`, (await Deno.stat(path)).size);
        // The system would go on bringing it to the disk while the next ones are measured.
        await Deno.remove(path);
      }
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  return Object.fromEntries(
    [...needs].map(([name, all]) => [name, {
      milliseconds: median(all.map(({ milliseconds }) => milliseconds)),
      peak: Math.max(...all.map(({ peak }) => peak)),
      ...(sizes.has(name) && { bytes: sizes.get(name)! }),
    }]),
  );
}

/** Loads a model, as a bundle of float32, and asks for its first answers. */
export async function measureLoading(prototxt: string, caffemodel: string): Promise<FileFigures> {
  const folder = await Deno.makeTempDir({ prefix: "kaffe-bench-" });
  try {
    const path = `${folder}/model.npz`;
    await run("scripts/convert.ts", [
      ...[prototxt, "--caffemodel", caffemodel, "--data-output-path", path],
    ]);
    const all: Record<string, number>[] = [];
    let peak = 0;
    for (let round = 0; round < rounds; round++) {
      const output = { text: "" };
      peak = Math.max(peak, (await run("bench/load_once.ts", [path], output)).peak);
      all.push(JSON.parse(output.text));
    }
    const keys = Object.keys(all[0]!);
    const figures = Object.fromEntries(
      keys.map((key) => [key, median(all.map((each) => each[key]!))]),
    );
    return { "float32": { ...figures, peak } };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Runs a script of the project to its end. */
async function run(
  script: string,
  args: readonly string[],
  output: { text: string } = { text: "" },
): Promise<Needs> {
  const start = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-lock", "--quiet", "--no-check", script, ...args],
    cwd: root,
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let peak = 0;
  const watch = setInterval(() => peak = Math.max(peak, memoryOf(child.pid)), 10);
  output.text = await new Response(child.stdout).text();
  const { success } = await child.status;
  clearInterval(watch);
  if (!success) throw new Error(`${script} ${args.join(" ")} failed`);
  return { milliseconds: performance.now() - start, peak };
}

/** The most memory that a process has held so far; 0 where the system does not tell. */
function memoryOf(pid: number): number {
  try {
    const status = Deno.readTextFileSync(`/proc/${pid}/status`);
    return Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
