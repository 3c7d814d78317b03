/**
 * Threads: they compute the same as one thread, also in a worker; a program that destroys no
 * network still ends; one thread is used if workers are forbidden, and yields between runs.
 */
import assert from "node:assert/strict";
import { CpuEngine } from "../../../runtime/cpu/engine.ts";
import type { Graph } from "../../../runtime/graph.ts";
import type { Tensor } from "../../../runtime/tensor.ts";
import { Random, Sketch } from "../../random.ts";

const numbers = new Random(5);
const image = numbers.tensor([1, 8, 40, 40]);

/** A convolution large enough for two threads. */
function convolution(): Graph {
  const sketch = new Sketch();
  const weights = sketch.constant("weights", numbers.tensor([32, 8, 5, 5]));
  const data = sketch.input("data", image.shape);
  return sketch.finish(
    sketch.add("conv2d", "conv", [data, weights], { output: 32, kernel: [5, 5], bias: false }),
  );
}

async function runOn(engine: CpuEngine, graph: Graph): Promise<Tensor> {
  const program = await engine.prepare(graph, [graph.names.get("conv")!]);
  const [result] = await program.run([image]);
  program.destroy();
  return result!;
}

/** Runs something with another `URL.createObjectURL`, which makes the addresses of workers. */
async function withUrls(createObjectURL: typeof URL.createObjectURL, run: () => Promise<void>) {
  const own = URL.createObjectURL;
  try {
    URL.createObjectURL = createObjectURL;
    await run();
  } finally {
    URL.createObjectURL = own;
  }
}

Deno.test("threads start with the second of two small runs, and with any large one", async () => {
  const { createObjectURL } = URL;
  let started = 0;
  await withUrls((source) => (started++, createObjectURL(source)), async () => {
    for (const [worthThreads, expected] of [[2e6, [0, 1, 1]], [2e3, [1, 1, 1]]] as const) {
      const engine = new CpuEngine({ threads: 2, worthThreads }), graph = convolution();
      const program = await engine.prepare(graph, [graph.names.get("conv")!]);
      const [alone] = await program.run([image]);
      const counts = [started];
      for (let i = 0; i < 2; i++) {
        assert.deepEqual(await program.run([image]), [alone]);
        counts.push(started);
      }
      assert.deepEqual(counts, expected);
      engine.destroy();
      started = 0;
    }
  });
});

Deno.test("a loop of short runs on the calling thread lets timers fire", async () => {
  const engine = new CpuEngine({ threads: 1 }), graph = convolution();
  const program = await engine.prepare(graph, [graph.names.get("conv")!]);
  let isOver = false;
  const timer = setTimeout(() => isOver = true);
  const end = performance.now() + 5000;
  while (!isOver && performance.now() < end) await program.run([image]);
  clearTimeout(timer);
  assert.ok(isOver);
  engine.destroy();
});

Deno.test("a run fails if the threads are destroyed meanwhile", async () => {
  const graph = convolution();
  const engine = new CpuEngine({ threads: 2, worthThreads: 0 });
  const program = await engine.prepare(graph, [graph.names.get("conv")!]);
  const running = program.run([image]);
  // Runs wait for those before them, and start a moment later.
  await new Promise((resolve) => setTimeout(resolve, 1));
  engine.destroy();
  const destroyed = { message: "Cannot run network: it was destroyed meanwhile" };
  await assert.rejects(running, destroyed);
  // A later run does not start threads again.
  await assert.rejects(program.run([image]), destroyed);
});

Deno.test("if workers are forbidden, the calling thread computes", async () => {
  const graph = convolution();
  const alone = new CpuEngine({ threads: 1 });
  const expected = await runOn(alone, graph);
  const forbid = () => {
    throw new DOMException("The policy forbids it", "SecurityError");
  };
  await withUrls(forbid, async () => {
    const engine = new CpuEngine({ threads: 2, worthThreads: 0 });
    assert.deepEqual(await runOn(engine, graph), expected);
    engine.destroy();
  });
  const engine = new CpuEngine({ threads: 2, worthThreads: 0 });
  assert.deepEqual(await runOn(engine, graph), expected);
  engine.destroy();
});

Deno.test("a replaced global Worker is not used", async () => {
  const { Worker } = globalThis, graph = convolution();
  let constructed = 0;
  try {
    globalThis.Worker = class {
      constructor() {
        constructed++;
      }
    } as unknown as typeof Worker;
    const [one, two] = [1, 2].map((threads) => new CpuEngine({ threads, worthThreads: 0 }));
    assert.deepEqual(await runOn(two!, graph), await runOn(one!, graph));
    two!.destroy();
    assert.equal(constructed, 0);
  } finally {
    globalThis.Worker = Worker;
  }
});

/** A program that runs the convolution on two threads, and does not destroy the engine. */
const programText = (answer: string) => `
  import { CpuEngine } from "${new URL("../../../runtime/cpu/engine.ts", import.meta.url)}";
  import { Random, Sketch } from "${new URL("../../random.ts", import.meta.url)}";
  const sketch = new Sketch(), numbers = new Random(5);
  const data = sketch.input("data", [1, 8, 40, 40]);
  const weights = sketch.constant("weights", numbers.tensor([32, 8, 5, 5]));
  const conv = sketch.add("conv2d", "conv", [data, weights], {
    output: 32, kernel: [5, 5], bias: false,
  });
  const ready = await new CpuEngine({ threads: 2, worthThreads: 0 }).prepare(sketch.finish(conv), [conv]);
  const [{ shape }] = await ready.run([numbers.tensor([1, 8, 40, 40])]);
  ${answer}
`;

const inWorker = `
  const text = ${JSON.stringify(programText("postMessage(String(shape));"))};
  const url = URL.createObjectURL(new Blob([text], { type: "text/typescript" }));
  const worker = new Worker(url, { type: "module" });
  worker.onmessage = ({ data }) => {
    console.log(data);
    worker.terminate();
  };
`;

const programs = {
  "a program that does not destroy the engine": programText("console.log(String(shape));"),
  "a program in a worker": inWorker,
};

for (const [name, text] of Object.entries(programs)) {
  Deno.test(`${name} computes on two threads, and ends`, async () => {
    const file = await Deno.makeTempFile({ suffix: ".ts" });
    try {
      await Deno.writeTextFile(file, text);
      const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--no-check", "--config", "deno.json", file],
        signal: AbortSignal.timeout(20_000),
      }).output();
      const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
      assert.ok(success, decode(stderr));
      assert.equal(decode(stdout), "1,32,36,36\n");
    } finally {
      await Deno.remove(file);
    }
  });
}
