/**
 * Networks with trained weights against Caffe, every blob after every layer.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { runReference } from "../../runtime/reference.ts";
import { sameShape, showShape, type Tensor } from "../../runtime/tensor.ts";
import { difference, readNpz } from "../golden.ts";
import { cpus } from "../cpu.ts";
import { gpu, hasGpu } from "../gpu.ts";
import { runOn } from "../layer_cases.ts";
import { hasShared, shared } from "../shared.ts";

/** Each recording, and the model that it was made with. */
const recordings = {
  "lenet": "lenet",
  "mtcnn_det1": "mtcnn_det1",
  "mtcnn_det1_fcn": "mtcnn_det1",
  "mtcnn_det1_photo": "mtcnn_det1",
  "mtcnn_det2": "mtcnn_det2",
  "mtcnn_det2_photo": "mtcnn_det2",
  "mtcnn_det3": "mtcnn_det3",
  "mtcnn_det3_photo": "mtcnn_det3",
  "squeezenet_v1.0_cat": "squeezenet_v1.0",
};

/** Where they run. */
const executors = {
  "in plain loops": [runReference],
  "on the CPU": cpus.map(runOn),
  "on the GPU": hasGpu ? [runOn(gpu!)] : [],
};

for (const [recording, model] of Object.entries(recordings)) {
  for (const [on, runs] of Object.entries(executors)) {
    Deno.test({
      name: `${recording} equals Caffe ${on}`,
      ignore: !hasShared(`goldens/real/${recording}.npz`) || runs.length === 0,
      async fn() {
        for (const run of runs) await check(recording, model, run);
      },
    });
  }
}

async function check(recording: string, folder: string, run: typeof runReference): Promise<void> {
  const golden = await readNpz(new URL(`goldens/real/${recording}.npz`, shared));
  const read = (file: string) => ({
    bytes: Deno.readFileSync(new URL(`models/${folder}/${file}`, shared)),
    name: file,
  });
  const inputs = new Map(
    [...golden].filter(([key]) => key.startsWith("input:")).map(([key, tensor]) =>
      [key.slice("input:".length), tensor] as const
    ),
  );
  const { graph } = convert(read("deploy.prototxt"), {
    caffemodel: read(`${folder}.caffemodel`),
    inputShapes: new Map([...inputs].map(([name, { shape }]) => [name, shape])),
    transforms: [],
  });
  const wanted = [...graph.names].filter(([name]) => keyOf(name, golden) !== undefined);
  const tensors = graph.inputs.map(({ name }) => inputs.get(name)!);
  const results = await run(graph, tensors, wanted.map(([, value]) => value));
  assert(wanted.length > 1);
  wanted.forEach(([name], i) => {
    const key = keyOf(name, golden)!;
    const expected = golden.get(key)!;
    const index = golden.get(`${key}@index`)?.data;
    const { data, shape } = results[i]!;
    assert(index !== undefined || sameShape(shape, expected.shape), `${name} ${showShape(shape)}`);
    const values = index === undefined ? data : Float32Array.from(index, (at) => data[at]!);
    const distance = difference(values, expected.data);
    assert(distance <= 1e-4, `${name} is off by ${distance} of its largest value`);
  });
}

/** Where a blob's final values are recorded: as a blob, or right after the last layer on it. */
function keyOf(name: string, golden: ReadonlyMap<string, Tensor>): string | undefined {
  if (golden.has(`blob:${name}`)) return `blob:${name}`;
  return [...golden.keys()].findLast((key) => key.startsWith("layer:") && key.endsWith(`:${name}`));
}
