/**
 * Loads a bundle in a fresh process, and prints the times as a line of JSON: reading the file alone,
 * loading, the first run, a later run.
 *
 * @module
 */
import { medianOf } from "../cli/medians.ts";
import { quietGraphics } from "../cli/quiet_graphics.ts";
import { Network } from "../runtime/network.ts";
import { count } from "../runtime/tensor.ts";

quietGraphics();
const path = Deno.args[0]!;
const start = performance.now();
const { size } = await Deno.stat(path);
const network = await Network.load(new URL(`file://${path}`), { device: "gpu" });
const loaded = performance.now();
const [{ name, shape }] = network.inputs as [typeof network.inputs[0]];
const one = shape.with(0, 1);
const inputs = { [name]: { shape: one, data: new Float32Array(count(one)) } };
await network.run(inputs);
const first = performance.now();
const runs: number[] = [];
for (let i = 0; i < 3; i++) {
  const before = performance.now();
  await network.run(inputs);
  runs.push(performance.now() - before);
}
network.destroy();
const before = performance.now();
await Deno.readFile(path);
const read = performance.now() - before;
const run = medianOf(runs);
console.log(JSON.stringify({
  bytes: size,
  read,
  load: loaded - start,
  first: first - loaded,
  run,
  ratio: (first - start) / (read + run),
}));
