/**
 * How networks of full size are planned for a GPU: in how few launches, and in how little memory.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { stretch } from "../../runtime/allocation.ts";
import { fuse } from "../../runtime/fuse.ts";
import { livesOf } from "../../runtime/gpu/lives.ts";
import { plan } from "../../runtime/gpu/plan.ts";
import { resultsOf } from "../../runtime/graph.ts";
import { hasShared, shared } from "../shared.ts";
import { software } from "../traits.ts";

const gpus = {
  software: { ...software, textureRows: 8192 },
  hardware: { ...software, software: false },
};

const most = { "squeezenet_v1.0": 40, googlenet: 75, resnet50: 60, vgg16: 24 };

const cases = Object.entries(most).flatMap(([name, launches]) =>
  Object.entries(gpus).map(([gpu, traits]) => ({ name, launches, gpu, traits }))
);

for (const { name, launches, gpu, traits } of cases) {
  Deno.test({
    name: `${name} on ${gpu} takes at most ${launches} dispatches, and memory for live values`,
    ignore: !hasShared(`goldens/nets/${name}.prototxt`),
    fn() {
      const bytes = Deno.readFileSync(new URL(`goldens/nets/${name}.prototxt`, shared));
      const { graph } = convert({ bytes, name });
      const outputs = resultsOf(graph);
      const planned = plan(fuse(graph, outputs), outputs, traits);
      assert(planned.steps.length <= launches, `it takes ${planned.steps.length}`);
      const lives = [...livesOf(planned).values()];
      const largest = Math.max(
        ...planned.steps.map((_, step) =>
          lives.filter(({ from, to }) => from <= step && step <= to)
            .reduce((sum, { bytes }) => sum + bytes, 0)
        ),
      );
      const { bytes: all } = stretch(lives, 256);
      assert(all <= 1.15 * largest, `${all} bytes, for at most ${largest} at once`);
    },
  });
}
