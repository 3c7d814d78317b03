/**
 * Programs for several shapes: idle ones are destroyed if a new one needs their memory.
 */
import assert from "node:assert/strict";
import type { Engine, Program } from "../../runtime/engine.ts";
import type { Graph } from "../../runtime/graph.ts";
import { Programs } from "../../runtime/programs.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { Sketch } from "../random.ts";

/** An engine with memory for one program, whose runs end when the test resolves them. */
function smallEngine() {
  const waiting: (() => void)[] = [];
  let held = 0;
  return {
    waiting,
    prepare(): Promise<Program> {
      if (held > 0) return Promise.reject(new RangeError("there is no room"));
      held++;
      return Promise.resolve({
        async run(inputs: readonly Tensor[]) {
          await new Promise<void>((resolve) => waiting.push(resolve));
          return [...inputs];
        },
        destroy: () => {
          held--;
        },
      });
    },
  };
}

/** An engine whose programs return their inputs, and the events of their lives. */
function largeEngine() {
  const events: string[] = [];
  return {
    events,
    prepare({ inputs: [data] }: Graph): Promise<Program> {
      const samples = data!.shape[0]!;
      events.push(`made ${samples}`);
      return Promise.resolve({
        run: (inputs: readonly Tensor[]) => Promise.resolve([...inputs]),
        destroy: () => {
          events.push(`destroyed ${samples}`);
        },
      });
    },
  };
}

/** A batch of samples of two numbers. */
const batch = (samples: number): Tensor[] => [{
  shape: [samples, 2],
  data: new Float32Array(2 * samples),
}];

const turn = () => new Promise((resolve) => setTimeout(resolve));

function programsOn(engine: Pick<Engine, "prepare">): Programs {
  const sketch = new Sketch();
  const graph = sketch.finish(sketch.add("relu", "relu", [sketch.input("data", [1, 2])], {}));
  return new Programs(graph, engine);
}

/** Starts a run on a small engine. The returned function ends it, and checks its result. */
async function startRun(
  { waiting }: ReturnType<typeof smallEngine>,
  programs: Programs,
  samples: number,
): Promise<() => Promise<void>> {
  const running = programs.run(batch(samples), ["relu"]);
  await turn();
  return async () => {
    waiting.shift()!();
    assert.deepEqual((await running).relu!.shape, [samples, 2]);
  };
}

Deno.test("idle programs are destroyed for a new one", async () => {
  const engine = smallEngine(), programs = programsOn(engine);
  for (const samples of [1, 2, 3, 1]) {
    const end = await startRun(engine, programs, samples);
    await end();
  }
});

Deno.test("a running program is not destroyed for a new one", async () => {
  const engine = smallEngine(), programs = programsOn(engine);
  const end = await startRun(engine, programs, 1);
  await assert.rejects(programs.run(batch(2), ["relu"]), { message: "there is no room" });
  await end();
  const endNext = await startRun(engine, programs, 2);
  await endNext();
});

Deno.test("beyond eight programs, the least recently used one is destroyed", async () => {
  const engine = largeEngine(), programs = programsOn(engine);
  for (const samples of [1, 2, 3, 4, 5, 6, 7, 8, 1]) await programs.run(batch(samples), ["relu"]);
  engine.events.length = 0;
  for (const samples of [9, 1, 2]) await programs.run(batch(samples), ["relu"]);
  await turn();
  assert.deepEqual(engine.events, ["made 9", "destroyed 2", "made 2", "destroyed 3"]);
});

Deno.test("destroyed with the network, idle programs end at once, and a running one after its run", async () => {
  const large = largeEngine(), idle = programsOn(large);
  for (const samples of [1, 2]) await idle.run(batch(samples), ["relu"]);
  idle.destroy();
  await turn();
  assert.deepEqual(large.events.slice(2), ["destroyed 1", "destroyed 2"]);

  const small = smallEngine(), busy = programsOn(small);
  const end = await startRun(small, busy, 1);
  busy.destroy();
  await turn();
  await assert.rejects(busy.run(batch(2), ["relu"]), { message: "there is no room" });
  await end();
  const endNext = await startRun(small, busy, 2);
  await endNext();
});
