/**
 * Fine-tunes the network of `examples/digits`, and writes the result as a caffemodel and a bundle,
 * with the loss curve.
 *
 * ```sh
 * deno task finetune --backend wasm --steps 400
 * ```
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { parseArgs } from "node:util";
// @ts-types="@types/cli-progress"
import { SingleBar } from "cli-progress";
import { checkBackend } from "../../lib/tf/mod.ts";
import { lossCurve } from "./loss_curve.ts";
import { freshSymbols } from "./symbols.ts";
import { accuracy, openNetwork, train } from "./train.ts";

const backends = {
  webgpu: () => import("@tensorflow/tfjs-backend-webgpu"),
  wasm: () => import("@tensorflow/tfjs-backend-wasm"),
  cpu: () => import("@tensorflow/tfjs-backend-cpu"),
};

const usage = "usage: deno task finetune [--backend webgpu|wasm|cpu] [--steps N] [--out FOLDER]";

/** The options. */
function readOptions() {
  const { values: { backend, steps, out } } = parseArgs({
    args: Deno.args,
    options: {
      backend: { type: "string", default: "wasm" },
      steps: { type: "string", default: "400" },
      out: { type: "string", default: "build/finetune" },
    },
  });
  if (!Object.hasOwn(backends, backend)) throw new TypeError(`Unknown backend '${backend}'`);
  if (!/^[1-9]\d*$/.test(steps)) throw new TypeError(`Invalid number of steps '${steps}'`);
  return { backend: backend as keyof typeof backends, steps: Number(steps), out };
}

let options: ReturnType<typeof readOptions>;
try {
  options = readOptions();
} catch (error) {
  console.error(`${(error as Error).message}\n${usage}`);
  Deno.exit(2);
}
const { backend, steps, out } = options;

tf.enableProdMode();
await backends[backend]();
if (!await tf.setBackend(backend)) {
  const others = Object.keys(backends).filter((other) => other !== backend).join(" or ");
  console.error(
    `Cannot fine-tune: the backend "${backend}" does not start here; try --backend ${others}`,
  );
  Deno.exit(1);
}
await checkBackend();

const read = (url: string) => ({
  bytes: Deno.readFileSync(new URL(url, import.meta.url)),
  name: url.split("/").at(-1)!,
});
const network = openNetwork(read("symbols.prototxt"), read("../digits/digits.caffemodel"));
const tests = freshSymbols(1000, 3);
console.log(`Before: ${percent(await accuracy(network, tests))} accuracy on 1000 new drawings`);

const bar = new SingleBar({ format: "{bar} step {value} of {total}, loss {loss}" });
bar.start(steps, 0, { loss: "–" });
const losses: number[] = [];
const start = performance.now();
await train(network, steps, (step, loss) => {
  losses.push(loss);
  bar.update(step, { loss: loss.toFixed(3) });
});
bar.stop();
const seconds = ((performance.now() - start) / 1000).toFixed(1);
console.log(`${steps} steps on ${backend} took ${seconds} s`);
console.log(`After: ${percent(await accuracy(network, tests))} accuracy on 1000 new drawings`);

Deno.mkdirSync(out, { recursive: true });
const files = {
  "symbols.caffemodel": await network.saveCaffemodel(),
  "symbols.npz": await network.save(),
  "loss.svg": new TextEncoder().encode(lossCurve(losses)),
};
for (const [name, bytes] of Object.entries(files)) {
  Deno.writeFileSync(`${out}/${name}`, bytes);
  console.log(`Wrote ${out}/${name}`);
}
network.dispose();

function percent(part: number): string {
  return `${(100 * part).toFixed(1)} %`;
}
