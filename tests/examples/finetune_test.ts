/**
 * The fine-tuning example: its drawings, its loss curve, and its training.
 */
import "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import assert from "node:assert/strict";
import { freshDrawings, size } from "../../examples/digits/draw.ts";
import { lossCurve } from "../../examples/finetune/loss_curve.ts";
import { freshSymbols, names } from "../../examples/finetune/symbols.ts";
import { accuracy, imagesOf, openNetwork, train } from "../../examples/finetune/train.ts";
import { convert } from "../../lib/convert.ts";
import { writeBundle } from "../../lib/emit/bundle.ts";
import { Network } from "../../runtime/network.ts";
import { largest } from "../../runtime/largest.ts";
import { Folder, pathOf } from "../cli/command.ts";
import { join } from "../join.ts";

tf.enableProdMode();

const read = (path: string) => ({
  bytes: Deno.readFileSync(new URL(`../../examples/${path}`, import.meta.url)),
  name: path.split("/").at(-1)!,
});

Deno.test("a seed repeats its symbols, which are drawn in turn and differ from digits", () => {
  const [one, again] = [freshSymbols(20, 5), freshSymbols(20, 5)];
  assert.deepEqual(one, again);
  assert.deepEqual(one.map(({ symbol }) => symbol).slice(0, 11), [...names.keys(), 0]);
  for (const { image } of one) {
    assert.equal(image.length, size * size);
    assert.ok(Math.max(...image) >= 128);
  }
  assert.notDeepEqual(one[0]!.image, freshDrawings(1, 5)[0]!.image);
});

Deno.test("a loss curve has a point for each step, and the largest loss on its axis", () => {
  const svg = lossCurve([2, 1, 0.5]);
  const [, points] = /points="([^"]*)"/.exec(svg)!;
  assert.equal(points!.split(" ").length, 3);
  assert.match(svg, />2\.00</);
  assert.match(svg, /^<svg [^]*<\/svg>\n$/);
});

Deno.test("a network for digits is fine-tuned to symbols, and saved in both formats", async () => {
  await tf.setBackend("wasm");
  const prototxt = read("finetune/symbols.prototxt");
  const network = openNetwork(prototxt, read("digits/digits.caffemodel"));
  const tests = freshSymbols(200, 3);
  const before = await accuracy(network, tests);
  const losses: number[] = [];
  await train(network, 60, (_, loss) => losses.push(loss));
  const after = await accuracy(network, tests);
  assert.ok(before < 0.3 && after > 0.7, `${before} became ${after}`);
  assert.ok(losses.at(-1)! < 0.6 * losses[0]!);

  const caffemodel = { bytes: await network.saveCaffemodel(), name: "symbols.caffemodel" };
  const bundle = await network.save();
  const converted = join(writeBundle(convert(prototxt, {
    caffemodel,
    labels: names,
    preprocessing: { scale: 1 / 256 },
  })));
  const answers = await Promise.all([bundle, converted].map(async (bytes) => {
    const loaded = await Network.load(bytes, { device: "cpu" });
    const data = tests.slice(0, 50).flatMap(({ image }) => [...image].map((grey) => grey / 256));
    const { prob } = await loaded.run({ data });
    loaded.destroy();
    return prob!.data;
  }));
  assert.deepEqual(answers[0], answers[1]);
  const { prob } = network.forward({ data: imagesOf(tests.slice(0, 50)) });
  const learned = await prob!.data<"float32">();
  const best = (values: Float32Array, i: number) =>
    largest(values.subarray(10 * i, 10 * i + 10), 1)[0]!.index;
  for (let i = 0; i < 50; i++) assert.equal(best(answers[0]!, i), best(learned, i));
  network.dispose();
});

Deno.test({
  name: "a backend that does not start is reported, with those to try",
  ignore: Deno.build.os !== "linux",
  async fn() {
    using folder = new Folder();
    folder.env = { DENO_WEBGPU_BACKEND: "dx12" };
    const program = pathOf("examples/finetune/main.ts");
    const { code, stderr } = await folder.deno("run", "-A", program, "--backend", "webgpu");
    assert.match(
      stderr,
      /^Cannot fine-tune: the backend "webgpu" does not start here; try --backend wasm or cpu$/m,
    );
    assert.doesNotMatch(stderr, /\n {4}at /);
    assert.equal(code, 1);
  },
});
