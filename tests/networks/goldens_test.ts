/**
 * Networks of full size against Caffe: converted, written as a bundle, read again, run on the GPU.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { writeBundle } from "../../lib/emit/bundle.ts";
import { largest } from "../../runtime/largest.ts";
import { Network } from "../../runtime/network.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { difference, readNpz } from "../golden.ts";
import { hasGpu } from "../gpu.ts";
import { hasShared, shared } from "../shared.ts";
import { caffemodelOf, inputOf, readRecipe } from "./recipe.ts";

/** Networks whose first output has a number a class. */
const classifiers = [
  "alexnet",
  "caffenet",
  "nin",
  "googlenet",
  "vgg16",
  "vgg16_v1",
  "resnet50",
  "resnet101",
  "resnet152",
  "squeezenet_v1.0",
  "shufflenet_1x_g3",
];

/** Detectors. */
const others = ["mobilenet_ssd_voc"];

for (const name of [...classifiers, ...others]) {
  Deno.test({
    name: `${name} equals Caffe on the GPU`,
    ignore: !hasGpu || !hasShared(`goldens/nets/${name}.prototxt`),
    fn: () => check(name, classifiers.includes(name)),
  });
}

async function check(name: string, isClassifier: boolean): Promise<void> {
  // The old format and the current one have the same weights and the same answers.
  const recording = name.replace(/_v1$/, "");
  const recipe = readRecipe(recording);
  const golden = await readNpz(new URL(`goldens/nets/${recording}.npz`, shared));
  const prototxt = Deno.readFileSync(new URL(`goldens/nets/${name}.prototxt`, shared));
  const model = convert({ bytes: prototxt, name }, {
    caffemodel: { bytes: caffemodelOf(recipe), name: "net.caffemodel" },
  });
  const inputs = { [recipe.input.blob]: inputOf(recipe) };
  const run = async (weights: "float32" | "float16", outputs?: (names: string[]) => string[]) => {
    const network = await load(writeBundle(model, { weights }));
    const names = outputs?.([...network.names]) ?? [...network.outputs];
    const results = await network.run(inputs, { outputs: names });
    network.destroy();
    return new Map(
      Object.entries(results).map(([name, tensor]) =>
        [name, sample(tensor, golden, name)] as const
      ),
    );
  };

  const blobs = await run("float32", (names) => names.filter((name) => golden.has(name)));
  for (const [blob, values] of blobs) {
    const distance = difference(values, golden.get(blob)!.data);
    assert(distance <= 1e-4, `${blob} is off by ${distance} of its largest value`);
  }
  // With nothing but the output wanted, more is merged.
  const [output, fused] = [...await run("float32")][0]!;
  assert(difference(fused, blobs.get(output)!) <= 1e-5, "merging nodes changes the output");
  if (!isClassifier) return;
  const top = (values: ArrayLike<number>) => largest(values, 5).map(({ index }) => index);
  const expected = golden.get(output)!.data;
  assert.deepEqual(top(fused), top(expected));
  const rounded = (await run("float16")).get(output)!;
  const distance = difference(rounded, expected);
  assert(distance <= 5e-3, `with float16, ${output} is off by ${distance}`);
  assert.equal(top(rounded)[0], top(expected)[0]);
}

/** The values of a blob that are recorded: all of them, or those at some positions. */
function sample(
  { data }: Tensor,
  golden: ReadonlyMap<string, Tensor>,
  blob: string,
): Float32Array {
  const index = golden.get(`${blob}@index`)?.data;
  return index === undefined ? data : Float32Array.from(index, (i) => data[i]!);
}

async function load(chunks: Iterable<Uint8Array>): Promise<Network> {
  const blob = new Blob([...chunks] as Uint8Array<ArrayBuffer>[]);
  return await Network.load(new Uint8Array(await blob.arrayBuffer()));
}
