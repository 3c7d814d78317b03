/**
 * The number of dispatches and the memory of networks of full size on a GPU.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { stretch } from "../../runtime/allocation.ts";
import { fuse } from "../../runtime/fuse.ts";
import { livesOf } from "../../runtime/gpu/lives.ts";
import { plan } from "../../runtime/gpu/plan.ts";
import { resultsOf } from "../../runtime/graph.ts";
import { largestLiveSet } from "../runtime/live_set.ts";
import { hasShared, shared } from "../shared.ts";
import { asHardware, software } from "../traits.ts";

const gpus = {
  software: { ...software, textureRows: 8192 },
  hardware: { ...software, ...asHardware },
};

const mostDispatches = { "squeezenet_v1.0": 40, googlenet: 75, resnet50: 60, vgg16: 24 };

const cases = Object.entries(mostDispatches).flatMap(([name, dispatches]) =>
  Object.entries(gpus).map(([gpu, traits]) => ({ name, dispatches, gpu, traits }))
);

for (const { name, dispatches, gpu, traits } of cases) {
  Deno.test({
    name:
      `${name} on ${gpu} takes at most ${dispatches} dispatches, and 1.15 times its largest live set`,
    ignore: !hasShared(`goldens/nets/${name}.prototxt`),
    fn() {
      const bytes = Deno.readFileSync(new URL(`goldens/nets/${name}.prototxt`, shared));
      const { graph } = convert({ bytes, name });
      const outputs = resultsOf(graph);
      const planned = plan(fuse(graph, outputs), outputs, traits);
      assert(planned.steps.length <= dispatches, `it takes ${planned.steps.length}`);
      const lives = [...livesOf(planned).values()];
      const largest = largestLiveSet(lives), { bytes: all } = stretch(lives, 256);
      assert(all <= 1.15 * largest, `${all} bytes, for a live set of ${largest}`);
    },
  });
}
