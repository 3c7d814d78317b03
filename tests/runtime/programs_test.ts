/**
 * Programs for several shapes: what is idle makes room for what is asked for.
 */
import assert from "node:assert/strict";
import type { Program } from "../../runtime/engine.ts";
import { Programs } from "../../runtime/programs.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { Sketch } from "../random.ts";

/** An engine with room for one program, of which a run ends when that is asked for. */
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
        destroy: () => void held--,
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

function programsOn(engine: ReturnType<typeof smallEngine>): Programs {
  const sketch = new Sketch();
  const graph = sketch.finish(sketch.add("relu", "relu", [sketch.input("data", [1, 2])], {}));
  return new Programs(graph, engine);
}

Deno.test("programs that nobody runs make room for another one", async () => {
  const engine = smallEngine(), programs = programsOn(engine);
  for (const samples of [1, 2, 3, 1]) {
    const running = programs.run(batch(samples), ["relu"]);
    await turn();
    engine.waiting.shift()!();
    assert.deepEqual((await running).relu!.shape, [samples, 2]);
  }
});

Deno.test("a program that runs makes no room for another one", async () => {
  const engine = smallEngine(), programs = programsOn(engine);
  const running = programs.run(batch(1), ["relu"]);
  await turn();
  await assert.rejects(programs.run(batch(2), ["relu"]), { message: "there is no room" });
  engine.waiting.shift()!();
  assert.deepEqual((await running).relu!.shape, [1, 2]);
  const next = programs.run(batch(2), ["relu"]);
  await turn();
  engine.waiting.shift()!();
  assert.deepEqual((await next).relu!.shape, [2, 2]);
});
