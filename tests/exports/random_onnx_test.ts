/** Random networks as ONNX models, with twice the batch they were written for where they take any. */
import { fileURLToPath } from "node:url";
import { compile } from "../../lib/emit/onnx/compile.ts";
import { writeOnnx } from "../../lib/emit/onnx/onnx_model.ts";
import { npyParts } from "../../lib/emit/npy.ts";
import { writeNpz } from "../../lib/emit/npz.ts";
import { type Graph, withInputShapes } from "../../runtime/graph.ts";
import { runReference } from "../../runtime/reference.ts";
import { count, type Tensor } from "../../runtime/tensor.ts";
import { join } from "../join.ts";
import { grow, type RandomNetwork } from "../random_networks/network.ts";
import { modelOf } from "../random_networks/rewritten.ts";
import { type ExportedCase, hasPython, pythonForTests } from "./python.ts";
import { check } from "./recordings.ts";

const python = pythonForTests("check_onnx_models.py");

const seeds = 60;
/** The largest relative effect of rounding on a compared blob; others may differ between programs. */
const mostNoise = 1e-6;

Deno.test({
  name: "random networks give the same as ONNX models, for any batch",
  ignore: !hasPython,
  fn: () =>
    check(python.process, async (folder) => {
      const cases: ExportedCase[] = [];
      for (let seed = 0; seed < seeds; seed++) cases.push(await writeCase(grow(seed, 10), folder));
      return cases;
    }, 1e-4),
});

/** Writes a network as an ONNX model, and what it must answer. */
async function writeCase(network: RandomNetwork, folder: string): Promise<ExportedCase> {
  const { graph } = modelOf(network);
  const all: Graph = { ...graph, outputs: [...graph.names.keys()] };
  const { graph: run, inputs } = doubled(all, network);
  const values = [...new Set(all.outputs.map((name) => run.names.get(name)!))];
  const answers = await runReference(run, inputs, values);
  const certain = all.outputs.filter((name) => (network.noise.get(name) ?? 0) <= mostNoise);
  const members = new Map([
    ...run.inputs.map(({ name }, i) => [`input:${name}.npy`, inputs[i]!] as const),
    ...certain.map((name) => {
      return [`blob:${name}.npy`, answers[values.indexOf(run.names.get(name)!)]!] as const;
    }),
  ]);
  const at = (ending: string) =>
    fileURLToPath(new URL(`${network.seed}.${ending}`, `file://${folder}/`));
  const npz = writeNpz([...members].map(([name, tensor]) => ({ name, parts: npyParts(tensor) })));
  Deno.writeFileSync(at("npz"), join([...npz]));
  Deno.writeFileSync(at("onnx"), join([...writeOnnx({ graph: all })]));
  return { name: `seed ${network.seed}`, model: at("onnx"), golden: at("npz"), inputs: null };
}

/** The network and its inputs with twice the samples, where its ONNX model takes any batch. */
function doubled(graph: Graph, network: RandomNetwork): { graph: Graph; inputs: Tensor[] } {
  const outputs = new Map(graph.outputs.map((name) => [name, graph.names.get(name)!]));
  const open = compile(graph, outputs).inputs.map(({ shape }) => shape[0] === -1);
  const inputs = graph.inputs.map(({ name, shape }, i): Tensor => {
    const given = network.inputs.get(name)?.data ??
      new Float32Array(count(shape));
    if (!open[i]) return { shape, data: given };
    return {
      shape: shape.with(0, 2 * shape[0]!),
      data: Float32Array.of(...given, ...given.toReversed()),
    };
  });
  const shapes = new Map(graph.inputs.map(({ name }, i) => [name, inputs[i]!.shape]));
  return { graph: open.includes(true) ? withInputShapes(graph, shapes) : graph, inputs };
}
