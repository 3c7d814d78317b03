// Classifies pictures with a bundle, in Node or Bun:
//
//   node classify.mjs model.npz picture.json…
//
// A picture is a JSON file, { "width": 28, "height": 28, "data": [r, g, b, a, …] }: decode yours
// with the library that you like, such as sharp or jpeg-js.
import { readFile } from "node:fs/promises";
import { create, globals } from "webgpu";
import { largest, Network, preprocess } from "./kaffe-runtime.js";

// The runtime looks for WebGPU where browsers have it.
Object.assign(globalThis, globals);
const gpu = create([]);
Object.defineProperty(globalThis, "navigator", { value: { gpu }, configurable: true });

const [bundle, ...pictures] = process.argv.slice(2);
const network = await Network.load(await readFile(bundle), { device: "gpu" });
const { inputs: [{ name, shape }], outputs: [scores], preprocessing, labels } = network;
for (const picture of pictures) {
  const { width, height, data } = JSON.parse(await readFile(picture, "utf8"));
  const image = { width, height, data: Uint8Array.from(data) };
  const input = preprocess(image, preprocessing, shape.slice(1));
  const results = await network.run({ [name]: input });
  for (const { index, value } of largest(results[scores].data, 3)) {
    console.log(picture, value.toFixed(4), labels?.[index] ?? `class ${index}`);
  }
}
console.log(`on ${network.device}`);
network.destroy();
// Dawn keeps the process alive as long as it is known.
process.exit();
