/**
 * Networks of full size against Caffe: converted, written as a bundle, read again, run on the GPU.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { writeBundle } from "../../lib/emit/bundle.ts";
import { largest } from "../../runtime/largest.ts";
import { Network } from "../../runtime/network.ts";
import { count, type Tensor } from "../../runtime/tensor.ts";
import { difference, readNpz } from "../golden.ts";
import { hasGpu } from "../gpu.ts";
import { hasShared, shared } from "../shared.ts";
import { caffemodelOf, inputOf, readRecipe } from "./recipe.ts";

const networks = [
  "alexnet",
  "caffenet",
  "nin",
  "googlenet",
  "vgg16",
  "resnet50",
  "resnet101",
  "resnet152",
  "squeezenet_v1.0",
  "shufflenet_1x_g3",
];

for (const name of [...networks, "vgg16_v1"]) {
  const recipe = name.replace(/_v1$/, "");
  Deno.test({
    name: `${name} equals Caffe on the GPU`,
    ignore: !hasGpu || !hasShared(`goldens/nets/${name}.prototxt`),
    fn: () => check(name, recipe),
  });
}

async function check(name: string, recipeName: string): Promise<void> {
  const recipe = readRecipe(recipeName);
  const golden = await readNpz(new URL(`goldens/nets/${recipeName}.npz`, shared));
  const prototxt = Deno.readFileSync(new URL(`goldens/nets/${name}.prototxt`, shared));
  const model = convert({ bytes: prototxt, name }, {
    caffemodel: { bytes: caffemodelOf(recipe), name: "net.caffemodel" },
  });
  const input = { [recipe.input.blob]: inputOf(recipe) };

  let best: number;
  {
    const network = await load(writeBundle(model));
    const blobs = [...golden.keys()].filter((blob) =>
      !blob.endsWith("@index") && network.names.includes(blob)
    );
    const results = await network.run(input, { outputs: blobs });
    for (const blob of blobs) {
      const distance = difference(sample(results[blob]!, golden, blob), golden.get(blob)!.data);
      assert(distance <= 1e-4, `${blob} is off by ${distance} of its largest value`);
    }
    const [output] = network.outputs;
    const alone = await network.run(input);
    assert(difference(alone[output!]!.data, results[output!]!.data) <= 1e-5, "fusing changes it");
    const expected = golden.get(output!)!.data;
    best = largest(expected, 1)[0]!.index;
    if (expected.length === count(results[output!]!.shape)) {
      const top = (values: ArrayLike<number>) => largest(values, 5).map(({ index }) => index);
      assert.deepEqual(top(results[output!]!.data), top(expected));
    }
    network.destroy();
  }

  const network = await load(writeBundle(model, { weights: "float16" }));
  const [output] = network.outputs;
  const result = (await network.run(input))[output!]!;
  const distance = difference(sample(result, golden, output!), golden.get(output!)!.data);
  assert(distance <= 5e-3, `with float16, ${output} is off by ${distance}`);
  assert.equal(largest(sample(result, golden, output!), 1)[0]!.index, best);
  network.destroy();
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
