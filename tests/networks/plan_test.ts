/**
 * The number of dispatches and the memory of networks of full size on a GPU.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { fit, type Life, stretch } from "../../runtime/allocation.ts";
import { fuse } from "../../runtime/fuse.ts";
import { livesOf } from "../../runtime/gpu/lives.ts";
import { plan } from "../../runtime/gpu/plan.ts";
import { resultsOf } from "../../runtime/graph.ts";
import { largestLiveSet } from "../runtime/live_set.ts";
import { hasShared, shared } from "../shared.ts";
import { asHardware, software } from "../traits.ts";

/** By kind of GPU its traits, and the memory, as a multiple of the largest live set. */
const gpus = {
  // Textures are not as elastic as one buffer.
  software: [{ ...software, textureRows: 8192 }, 1.35],
  hardware: [{ ...software, ...asHardware }, 1.15],
} as const;

const mostDispatches = { "squeezenet_v1.0": 40, googlenet: 75, resnet50: 60, vgg16: 24 };

const cases = Object.entries(mostDispatches).flatMap(([name, dispatches]) =>
  Object.entries(gpus).map(([gpu, [traits, most]]) => ({ name, dispatches, gpu, traits, most }))
);

for (const { name, dispatches, gpu, traits, most } of cases) {
  Deno.test({
    name:
      `${name} on ${gpu} takes at most ${dispatches} dispatches, and ${most} times its largest live set`,
    ignore: !hasShared(`goldens/nets/${name}.prototxt`),
    fn() {
      const bytes = Deno.readFileSync(new URL(`goldens/nets/${name}.prototxt`, shared));
      const { graph } = convert({ bytes, name });
      const outputs = resultsOf(graph);
      const planned = plan(fuse(graph, outputs), outputs, traits);
      assert(planned.steps.length <= dispatches, `it takes ${planned.steps.length}`);
      const lives = [...livesOf(planned)];
      const livesIn = (textures: boolean): readonly Life[] =>
        lives.filter(([cell]) => planned.textures.has(cell) === textures).map(([, life]) => life);
      const inTextures = fit(livesIn(true)).sizes.reduce((sum, bytes) => sum + bytes, 0);
      const all = inTextures + stretch(livesIn(false), 256).bytes;
      const largest = largestLiveSet(lives.map(([, life]) => life));
      assert(all <= most * largest, `${all} bytes, for a live set of ${largest}`);
    },
  });
}
