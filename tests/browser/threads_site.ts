/**
 * A site whose page and worker run a model with one thread and with two.
 *
 * @module
 */
import assert from "node:assert/strict";
import { writeBundle } from "../../lib/emit/bundle.ts";
import { join } from "../join.ts";
import { Random, Sketch } from "../random.ts";

/** The result of a page or a worker. */
export interface ThreadsResult {
  readonly isolated: boolean;
  /** The number of messages from threads that have finished. */
  readonly helped: number;
  /** The sums of the outputs with one thread and with two. */
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
// Imported afterwards, since the runtime keeps a reference to the original constructor.
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

/** A convolution that is large enough for two threads. */
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

/** Serves the files: `run.js` exports the function `run`, `worker.js` posts its result. */
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

/** The results of the page and of its worker. This function is evaluated in the page. */
export async function runInBoth(): Promise<readonly ThreadsResult[]> {
  const path = "/run.js";
  const inPage: ThreadsResult = await (await import(path)).run();
  const worker = new Worker("/worker.js", { type: "module" });
  const inWorker = await new Promise<ThreadsResult>((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
  });
  return [inPage, inWorker];
}

/** Asserts that two threads were used if memory is shared, and that the outputs are equal. */
export function assertThreads(results: readonly ThreadsResult[], isolated: boolean): void {
  assert.equal(results.length, 2);
  for (const { sums: [oneThread, twoThreads], ...state } of results) {
    assert.deepEqual(state, { isolated, helped: isolated ? 2 : 0 });
    assert.ok(Number.isFinite(oneThread) && oneThread !== 0);
    assert.equal(twoThreads, oneThread);
  }
}
