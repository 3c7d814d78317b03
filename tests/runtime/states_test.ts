/**
 * Recurrent states, which a network keeps from one run to the next.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { writeBundle } from "../../lib/emit/bundle.ts";
import { writeSource } from "../../lib/emit/source.ts";
import { Network, type Tensor } from "../../runtime/mod.ts";
import { count } from "../../runtime/tensor.ts";
import { difference, readNpz } from "../golden.ts";
import { hasGpu } from "../gpu.ts";
import { join } from "../join.ts";

const folder = new URL("../goldens/layers/lstm_stateful_second_forward/", import.meta.url);
const golden = await readNpz(new URL("golden.npz", folder));
const read = (name: string) => ({ bytes: Deno.readFileSync(new URL(name, folder)), name });
const model = convert(read("net.prototxt"), { caffemodel: read("net.caffemodel") });
const bundle = join(writeBundle(model));

const recorded = (run: "" | "second:") => ({
  x: golden.get(`${run}input:x`)!,
  cont: golden.get(`${run}input:cont`)!,
});
const first = recorded(""), second = recorded("second:");
const expected = [golden.get("blob:h")!, golden.get("second:blob:h")!] as const;

const expectNear = ({ data, shape }: Tensor, to: Tensor) => {
  assert.deepEqual(shape, to.shape);
  assert(difference(data, to.data) <= 1e-5, "it differs from Caffe's recording");
};

for (const [device, ignore] of [["cpu", false], ["reference", false], ["gpu", !hasGpu]] as const) {
  Deno.test({
    name: `an LSTM starts from the state of the last run, on the ${device}`,
    ignore,
    async fn() {
      const network = await Network.load(bundle, { device });
      assert.deepEqual(network.inputs.map(({ name }) => name), ["x", "cont"]);
      for (let round = 0; round < 2; round++) {
        // The second run waits for the first one.
        const runs = await Promise.all([first, second].map((given) => network.run(given)));
        runs.forEach(({ h }, i) => expectNear(h!, expected[i]!));
        network.reset();
      }
      await network.run(second);
      const { h } = await network.run(first);
      expectNear(h!, expected[0]);
      network.destroy();
    },
  });
}

Deno.test("a profile advances the states of a network", async () => {
  const network = await Network.load(bundle, { device: "cpu" });
  const profiled = network.profile(first), run = network.run(second);
  network.reset();
  const again = network.run(first);
  await profiled;
  expectNear((await run).h!, expected[1]);
  expectNear((await again).h!, expected[0]);
});

Deno.test("a written class keeps states", async () => {
  const runtime = new URL("../../runtime/mod.ts", import.meta.url).href;
  const source = writeSource(model, { className: "Written", runtime });
  const { Written }: { Written: typeof Network } = await import(
    `data:application/typescript,${encodeURIComponent(source)}`
  );
  const network = await Written.load(bundle, { device: "cpu" });
  await network.run(first);
  expectNear((await network.run(second)).h!, expected[1]);
});

/** Some steps of the first samples. */
function part({ data, shape }: Tensor, from: number, to: number, samples: number): Tensor {
  const [, batch, ...rest] = shape as [number, number];
  const row = count(rest);
  const steps = Array.from({ length: to - from }, (_, t) => {
    const start = (from + t) * batch * row;
    return [...data.subarray(start, start + samples * row)];
  });
  return { shape: [to - from, samples, ...rest], data: Float32Array.from(steps.flat()) };
}

Deno.test("another batch size resets states, another length does not", async () => {
  const network = await Network.load(bundle, { device: "cpu" });
  await network.run(second);
  const cont = { shape: first.cont.shape, data: first.cont.data.slice() };
  cont.data.fill(1, 0, 3);
  for (const [from, to] of [[0, 3], [3, 5]] as const) {
    const { h } = await network.run({
      x: part(first.x, from, to, 2),
      cont: part(cont, from, to, 2),
    });
    expectNear(h!, part(expected[0], from, to, 2));
  }
});
