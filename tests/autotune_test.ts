/**
 * The choice of kernels: the fastest ones if they were measured, else the default ones.
 */
import assert from "node:assert/strict";
import type { OpenedNetwork } from "../cli/opened_network.ts";
import { autotune, chooseFrom, type KernelChoices } from "../lib/autotune.ts";
import type { Timing } from "../runtime/engine.ts";
import { openDevice } from "../runtime/gpu/device.ts";
import { GpuEngine } from "../runtime/gpu/engine.ts";
import { kernelsFrom } from "../cli/kernels.ts";
import type { LoadOptions } from "../runtime/load_options.ts";
import { Network } from "../runtime/network.ts";
import type { ChooseKernel } from "../runtime/ops/traits.ts";
import { difference } from "./golden.ts";
import { hasGpu } from "./gpu.ts";
import { Random, Sketch } from "./random.ts";

/** A fake network, whose kernels take the given times in milliseconds. */
function fakeNetwork(works: Record<string, Record<string, number>>) {
  const opened: string[][] = [];
  const open = (choose: ChooseKernel) => {
    const taken = Object.entries(works).map(([work, times]) => {
      const names = Object.keys(times), chosen = choose(work, names, "a device");
      return [work, names.find((name) => name === chosen) ?? names[0]!] as const;
    });
    opened.push(taken.map(([, name]) => name));
    const rows = taken.map(([work, variant]): Timing => {
      return {
        node: "n",
        op: "conv2d",
        variant,
        work,
        macs: 1,
        milliseconds: works[work]![variant]!,
      };
    });
    return Promise.resolve({
      inputs: [],
      run: () => Promise.resolve({}),
      profile: () => Promise.resolve(rows),
      destroy() {},
    });
  };
  return { open, opened };
}

const feed = () => ({});

Deno.test("the fastest kernel of each piece of work is found in common rounds", async () => {
  const { open, opened } = fakeNetwork({
    large: { tile: 9, product: 5, rows: 7 },
    small: { tile: 3, product: 4 },
    only: { rows: 1 },
    close: { tile: 1, product: 0.99 },
  });
  const rounds: [number, number][] = [];
  const choices = await autotune(open, feed, {}, (...round) => rounds.push(round));
  assert.deepEqual(choices, {
    "a device": { large: "product", small: "tile", close: "tile" },
  });
  assert.deepEqual(opened.map(([large]) => large), [
    "tile",
    "product",
    "rows",
    "tile",
    "product",
  ]);
  assert.deepEqual(rounds, [[1, 3], [2, 3], [3, 3]]);
});

Deno.test("a kernel that was faster only in its round is not chosen", async () => {
  const times = { tile: 9, product: 5 };
  const { open, opened } = fakeNetwork({ work: times });
  const choices = await autotune((choose) => {
    // The machine was busy in the first round.
    if (opened.length === 2) times.tile = 4;
    return open(choose);
  }, feed);
  assert.deepEqual(choices, { "a device": { work: "tile" } });
});

Deno.test("a round whose kernels take too much memory is left out, unless they are the defaults", async () => {
  const { open, opened } = fakeNetwork({
    large: { tile: 9, product: 5, rows: 7 },
    small: { tile: 3, product: 1 },
  });
  const failingAt = (round: number) => (choose: ChooseKernel) => {
    const network = open(choose);
    return opened.length === round + 1 ? Promise.reject(new Error("out of memory")) : network;
  };
  assert.deepEqual(await autotune(failingAt(1), feed), {
    "a device": { large: "rows", small: "tile" },
  });
  opened.length = 0;
  await assert.rejects(autotune(failingAt(0), feed), { message: "out of memory" });
});

Deno.test("a GPU without timestamps keeps the default kernels", async (context) => {
  const { open } = fakeNetwork({ work: { tile: 2, product: 1 } });
  let destroyed = 0;
  const without = async (choose: ChooseKernel) => ({
    ...await open(choose),
    profile: () => Promise.reject(new Error("Cannot profile the network: no times")),
    destroy: () => {
      destroyed++;
    },
  });
  await context.step("autotune() fails", async () => {
    await assert.rejects(autotune(without, feed), { message: /no times$/ });
    assert.equal(destroyed, 1);
  });
  await context.step("--autotune prints a notice", async () => {
    const path = await Deno.makeTempFile();
    await Deno.remove(path);
    using error = recordErrors();
    const values = { autotune: true, kernels: path };
    const load = ({ chooseKernel }: LoadOptions) =>
      without(chooseKernel!) as unknown as Promise<OpenedNetwork>;
    const choose = await kernelsFrom(values, load, feed);
    assert.deepEqual(error.texts, [
      "Cannot measure kernels, so default ones are used: Cannot profile the network: no times",
    ]);
    assert.equal(choose!("work", ["tile", "product"], "a device"), undefined);
    await assert.rejects(Deno.stat(path), Deno.errors.NotFound);
  });
});

/** Records what is printed on standard error until it is disposed of. */
function recordErrors() {
  const texts: string[] = [], before = console.error;
  console.error = (text: string) => {
    texts.push(text);
  };
  return {
    texts,
    [Symbol.dispose]() {
      console.error = before;
    },
  };
}

Deno.test("measured work is not measured again, unless its kernel was removed", async () => {
  const works = { known: { tile: 2, product: 1 }, gone: { tile: 1, product: 2 } };
  const known: KernelChoices = {
    "a device": { known: "tile", gone: "butterfly" },
    other: { known: "product" },
  };
  const { open, opened } = fakeNetwork(works);
  const choices = await autotune(open, feed, known);
  assert.deepEqual(choices, {
    "a device": { known: "tile", gone: "tile" },
    other: { known: "product" },
  });
  assert.deepEqual(opened.slice(0, 2), [["tile", "tile"], ["tile", "product"]]);
  assert.equal(opened.length, 4);
  assert.equal(await autotune(open, feed, choices), choices);
  assert.equal(opened.length, 5);
});

Deno.test("choices for another device, or of removed kernels, are ignored with a notice", () => {
  const notices: string[] = [];
  const choose = chooseFrom({ here: { a: "product", b: "butterfly" } }, (text) => {
    notices.push(text);
  });
  const kernels = ["tile", "product"];
  assert.equal(choose("a", kernels, "here"), "product");
  assert.equal(choose("c", kernels, "here"), undefined);
  assert.deepEqual(notices, []);
  for (let i = 0; i < 2; i++) {
    choose("b", kernels, "here");
    assert.equal(choose("a", kernels, "there"), undefined);
  }
  assert.deepEqual(notices, [
    'The kernel "butterfly" no longer exists: the default one is used',
    "No kernels were measured on there: the default ones are used",
  ]);
});

Deno.test({
  name: "kernels are measured on a GPU, and the fastest are used",
  ignore: !hasGpu,
  async fn() {
    const random = new Random(2), sketch = new Sketch();
    const data = sketch.input("data", [1, 3, 12, 12]);
    const weights = (name: string, ...shape: number[]) =>
      sketch.constant(name, random.tensor(shape));
    const conv = sketch.add("conv2d", "conv", [data, weights("a", 8, 3, 3, 3)], {
      output: 8,
      kernel: [3, 3],
      bias: false,
    });
    const ip = sketch.add("dense", "ip", [conv, weights("b", 10, 800)], {
      output: 10,
      bias: false,
    });
    const graph = sketch.finish(ip);
    const inputs = { data: random.tensor([1, 3, 12, 12]) };
    const bundle = { constants: new Map(), preprocessing: null, labels: null, provenance: {} };
    const open = async (choose: ChooseKernel) => {
      return new Network({ ...bundle, graph }, new GpuEngine(await openDevice(), true, { choose }));
    };
    const choices = await autotune(open, () => inputs);
    const [[device, kernels] = [], ...others] = Object.entries(choices);
    assert.deepEqual(others, []);
    assert.equal(Object.keys(kernels!).length, 2);
    assert.equal(await autotune(open, () => inputs, choices), choices);
    // Other kernels compute the same.
    const last = await open((_, kernels) => kernels.at(-1)), best = await open(chooseFrom(choices));
    assert.equal(best.device, device);
    const [a, b] = [await last.run(inputs), await best.run(inputs)];
    assert(difference(a.ip!.data, b.ip!.data) < 1e-5);
    const taken = (await best.profile(inputs)).filter(({ work }) => work !== undefined);
    assert.deepEqual(
      Object.fromEntries(taken.map(({ work, variant }) => [work, variant])),
      kernels,
    );
    last.destroy();
    best.destroy();
  },
});
