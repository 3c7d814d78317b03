/**
 * Networks of full size against Caffe: converted, written as a bundle, read again, run on the CPU and
 * on the GPU.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { writeBundle } from "../../lib/emit/bundle.ts";
import { readBundle } from "../../runtime/bundle/bundle.ts";
import { CpuEngine } from "../../runtime/cpu/engine.ts";
import type { Engine } from "../../runtime/engine.ts";
import { openDevice } from "../../runtime/gpu/device.ts";
import { GpuEngine } from "../../runtime/gpu/engine.ts";
import { largest } from "../../runtime/largest.ts";
import { Network } from "../../runtime/network.ts";
import { difference, readNpz, readPositions, sample } from "../golden.ts";
import { cpuOptions } from "../cpu.ts";
import { hasGpu } from "../gpu.ts";
import { hasShared, shared } from "../shared.ts";
import { caffemodelOf, inputOf, readRecipe, wellKnown } from "./recipe.ts";

/** Networks whose first output has a score for each class. */
const classifiers = [...wellKnown, "shufflenet_1x_g3"];

/** A run of it takes a minute. */
const slowest = "pspnet50_ADE20K_473";

/** A detector, and a segmentation network. */
const others = ["mobilenet_ssd_voc", slowest];

/** The GPU, if there is one, and the CPU with each combination of options. */
const engines: readonly (() => Promise<Engine>)[] = [
  ...hasGpu ? [async () => new GpuEngine(await openDevice(), true)] : [],
  ...cpuOptions.map((options) => () => Promise.resolve(new CpuEngine(options))),
];

for (const name of [...classifiers, ...others]) {
  Deno.test({
    name: `${name} equals Caffe on the CPU${hasGpu ? " and on the GPU" : ""}`,
    ignore: !hasShared(`goldens/nets/${name}.prototxt`),
    fn: () => check(name, classifiers.includes(name)),
  });
}

async function check(name: string, isClassifier: boolean): Promise<void> {
  const recipe = readRecipe(name);
  const golden = await readNpz(new URL(`goldens/nets/${name}.npz`, shared));
  const positions = await readPositions(new URL(`goldens/nets/${name}.npz`, shared));
  const prototxt = Deno.readFileSync(new URL(`goldens/nets/${name}.prototxt`, shared));
  const model = convert({ bytes: prototxt, name }, {
    caffemodel: { bytes: caffemodelOf(recipe), name: "net.caffemodel" },
  });
  const inputs = { [recipe.input.blob]: inputOf(recipe) };
  const run = async (
    network: Network,
    outputs: readonly string[] = network.outputs,
  ): Promise<Map<string, Float32Array>> => {
    const results = Object.entries(await network.run(inputs, { outputs }));
    return new Map(results.map(([name, tensor]) => [name, sample(tensor, positions.get(name))]));
  };
  const top = (values: ArrayLike<number>) => largest(values, 5).map(({ index }) => index);

  const bundle = await readBundle(await bytesOf(writeBundle(model)));
  for (const open of engines.slice(0, enginesFor(name))) {
    const network = new Network(bundle, await open());
    const blobs = await run(network, network.names.filter((name) => golden.has(name)));
    for (const [blob, values] of blobs) {
      const distance = difference(values, golden.get(blob)!.data);
      assert(distance <= 1e-4, `${blob} is off by ${distance} on ${network.device}`);
    }
    if (name !== slowest) {
      // If only the output is requested, more nodes are fused.
      const [output, fused] = [...await run(network)][0]!;
      assert(difference(fused, blobs.get(output)!) <= 1e-5, "fusion changes the output");
      if (isClassifier) assert.deepEqual(top(fused), top(golden.get(output)!.data));
    }
    network.destroy();
  }
  if (!isClassifier) return;
  const rounded = await bytesOf(writeBundle(model, { weights: "float16" }));
  const network = new Network(await readBundle(rounded), await engines[0]!());
  const [output, values] = [...await run(network)][0]!;
  network.destroy();
  const expected = golden.get(output)!.data;
  const distance = difference(values, expected);
  assert(distance <= 5e-3, `with float16, ${output} is off by ${distance}`);
  assert.equal(top(values)[0], top(expected)[0]);
}

/** The number of engines that a network runs on. */
function enginesFor(name: string): number {
  // The deeper ones have the blocks of ResNet-50.
  const runsOnce = [slowest, "resnet101", "resnet152"].includes(name);
  if (!runsOnce) return engines.length;
  return hasGpu ? 2 : 1;
}

async function bytesOf(
  chunks: Iterable<Uint8Array<ArrayBuffer>>,
): Promise<Uint8Array<ArrayBuffer>> {
  return await new Blob([...chunks]).bytes();
}
