/**
 * Layers of forks that no recording has: answers of OpenCV, or worked out from the definition by
 * `fork_answers.py`, in plain loops, after the transforms, and on the GPU.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { Network } from "../../runtime/mod.ts";
import { writeBundle } from "../../lib/emit/bundle.ts";
import { layerRows } from "../../lib/layers/mod.ts";
import { difference } from "../golden.ts";
import { hasGpu } from "../gpu.ts";
import answers from "./fork_answers.json" with { type: "json" };

for (const { name, prototxt, bottoms, tops, blobs = [] } of answers) {
  const bytes = new TextEncoder().encode(prototxt);
  for (const [device, ignore] of [["cpu", false], ["gpu", !hasGpu]] as const) {
    Deno.test({
      name: `${name} on the ${device}`,
      ignore,
      async fn() {
        for (const transforms of [[], undefined]) {
          const model = convert({ bytes, name: "net.prototxt" }, {
            transforms,
            inject: blobs.map(({ shape, data }, index) => ({
              layer: "y",
              index,
              value: { shape, data: new Float32Array(data) },
            })),
            warn: (message) => assert.fail(message),
          });
          const bundle = await new Blob([...writeBundle(model)])
            .bytes();
          const network = await Network.load(bundle, { device });
          const inputs = network.inputs.map(({ name }) => {
            const { shape, data } = bottoms[Number(name.slice(1))]!;
            return [name, { shape, data: new Float32Array(data) }] as const;
          });
          const results = Object.values(await network.run(Object.fromEntries(inputs)));
          network.destroy();
          assert.equal(results.length, tops.length);
          results.forEach(({ shape, data }, i) => {
            assert.deepEqual(shape, tops[i]!.shape);
            const distance = difference(data, tops[i]!.data);
            assert(distance <= 1e-5, `it is off by ${distance} of its largest value`);
          });
        }
      },
    });
  }
}

/** Types of which forks have several forms, or several spellings; the others are recorded. */
const recordedElsewhere = [
  "ContinuationIndicator",
  "MaxUnpool",
  "MaxUnpooling",
  "Normalize",
  "Resize",
  "ROIAlign",
  "Upsample",
];

Deno.test("the recordings cover every op that the layers declare", () => {
  const shown = new Map<string, Set<string>>();
  for (const { prototxt } of answers) {
    const { summary, graph } = convert({
      bytes: new TextEncoder().encode(prototxt),
      name: "net.prototxt",
    }, { transforms: [] });
    const types = summary.map(({ type }) => type).filter((type) => type !== "Input");
    for (const type of types) {
      const ops = shown.get(type) ?? new Set();
      for (const { op } of graph.nodes) ops.add(op);
      shown.set(type, ops);
    }
  }
  for (const { type, family, ops } of layerRows()) {
    if (family === "Caffe" || !shown.has(type) || recordedElsewhere.includes(type)) continue;
    const unseen = ops.filter((op) => !shown.get(type)!.has(op));
    assert.deepEqual(unseen, [], `${type} declares ops that it is never lowered to`);
  }
});
