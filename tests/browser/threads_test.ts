/**
 * Threads in a browser, with the runtime as one file: in a page that is cross-origin isolated and in
 * a worker of it they compute, and one thread does elsewhere.
 */
/// <reference lib="dom" />
import assert from "node:assert/strict";
import { writeBundle } from "../../lib/emit/bundle.ts";
import { buildRuntime } from "../../scripts/build.ts";
import { join } from "../join.ts";
import { Random, Sketch } from "../random.ts";
import { hasBrowser, openSite } from "./browser.ts";

/** What a page or a worker tells of its runs. */
interface Told {
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

Deno.test({
  name: "threads compute in an isolated page and in its worker, and one thread elsewhere",
  ignore: !hasBrowser,
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const files = new Map<string, BodyInit>([
      ["/", "<!doctype html>"],
      ["/run.js", run],
      ["/worker.js", worker],
      ["/kaffe-runtime.js", (await buildRuntime()).code],
      ["/model.npz", model()],
    ]);
    for (const isolated of [true, false]) {
      await using site = await openSite(({ url }) => {
        const { pathname } = new URL(url);
        const type = pathname.endsWith(".js") ? "text/javascript" : "text/html";
        const headers = { "content-type": type, ...isolated ? isolation : {} };
        return new Response(files.get(pathname) ?? null, { headers });
      }, false);
      const inPage: Told = await site.page.evaluate(async () => {
        const path = "/run.js";
        return await (await import(path)).run();
      });
      const inWorker: Told = await site.page.evaluate(() => {
        const worker = new Worker("/worker.js", { type: "module" });
        return new Promise<Told>((resolve, reject) => {
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = ({ message }) => reject(new Error(message));
        });
      });
      for (const { sums: [alone, together], ...told } of [inPage, inWorker]) {
        assert.deepEqual(told, { isolated, helped: isolated ? 2 : 0 });
        assert.ok(Number.isFinite(alone) && alone !== 0);
        assert.equal(together, alone);
      }
    }
  },
});
