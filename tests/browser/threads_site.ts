/**
 * A page, and a worker of it, that run a model with one thread and with two.
 *
 * @module
 */
import assert from "node:assert/strict";
import { writeBundle } from "../../lib/emit/bundle.ts";
import { join } from "../join.ts";
import { Random, Sketch } from "../random.ts";

/** What a page or a worker tells of its runs. */
export interface Told {
  readonly isolated: boolean;
  /** How many times a thread said that it is done. */
  readonly helped: number;
  /** The sums of the answers with one thread and with two. */
  readonly sums: readonly number[];
}

/** A module that runs the model with one thread and with two, and a worker that does. */
const run = `
let helped = 0;
globalThis.Worker = class extends Worker {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", () => helped++);
  }
};
// Only now: the runtime keeps to the workers that it finds first.
const { Network } = await import("./kaffe-runtime.js");
export async function run() {
  const sums = [];
  for (const threads of [1, 2]) {
    const network = await Network.load("model.npz", { device: "cpu", threads });
    const data = new Float32Array(8 * 40 * 40).map((_, i) => i % 7 - 3);
    await network.run({ data });
    // Threads start with the second run.
    const { conv } = await network.run({ data });
    network.destroy();
    sums.push(conv.data.reduce((sum, x, i) => sum + x * (i % 5), 0));
  }
  return { isolated: crossOriginIsolated, helped, sums };
}`;
const worker = `import { run } from "./run.js"; postMessage(await run());`;

/** A convolution that is worth two threads. */
function model(): Uint8Array<ArrayBuffer> {
  const sketch = new Sketch(), numbers = new Random(5);
  const data = sketch.input("data", [1, 8, 40, 40]);
  const weights = sketch.constant("weights", numbers.tensor([32, 8, 5, 5]));
  const options = { output: 32, kernel: [5, 5], bias: false } as const;
  const graph = sketch.finish(sketch.add("conv2d", "conv", [data, weights], options));
  return join(writeBundle({ graph }));
}

const isolation = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

/** Answers with the files of the page: `run.js` has the function `run`, `worker.js` posts its result. */
export function threadsSite(runtime: string, isolated: boolean): (request: Request) => Response {
  const files = new Map<string, BodyInit>([
    ["/", "<!doctype html>"],
    ["/run.js", run],
    ["/worker.js", worker],
    ["/kaffe-runtime.js", runtime],
    ["/model.npz", model()],
  ]);
  return ({ url }) => {
    const { pathname } = new URL(url);
    const type = pathname.endsWith(".js") ? "text/javascript" : "text/html";
    const headers = { "content-type": type, ...isolated ? isolation : {} };
    return new Response(files.get(pathname) ?? null, { headers });
  };
}

/** Runs in the page: what it tells itself, and what its worker does. */
export async function askBoth(): Promise<readonly Told[]> {
  const path = "/run.js";
  const inPage: Told = await (await import(path)).run();
  const worker = new Worker("/worker.js", { type: "module" });
  const inWorker = await new Promise<Told>((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
  });
  return [inPage, inWorker];
}

/** Asserts that two threads computed where memory is shared, and one elsewhere, and the same. */
export function assertTold(all: readonly Told[], isolated: boolean): void {
  assert.equal(all.length, 2);
  for (const { sums: [alone, together], ...told } of all) {
    assert.deepEqual(told, { isolated, helped: isolated ? 2 : 0 });
    assert.ok(Number.isFinite(alone) && alone !== 0);
    assert.equal(together, alone);
  }
}
