/**
 * Runs a bundle on a GPU with a family of kernels, and compares it with a recording. This module runs
 * in Deno and in browsers.
 *
 * @module
 */
import { largestDifference } from "../../cli/difference.ts";
import { knownAs, readGolden } from "../../cli/golden.ts";
import { npzOf } from "../../cli/npz.ts";
import { readBundle } from "../../runtime/bundle/bundle.ts";
import { GpuEngine } from "../../runtime/gpu/engine.ts";
import { withInputShapes } from "../../runtime/graph.ts";
import { count, sameShape, showShape, type Tensor } from "../../runtime/tensor.ts";
import { runOn } from "../executors.ts";
import { asHardware } from "../traits.ts";

/** The traits of the GPU that select each family of kernels. */
export const families = {
  "chosen": {},
  "for silicon": asHardware,
  "for software": { software: true, textureRows: 0 },
  "4 × 4 Winograd": {
    choose: (_: string, kernels: readonly string[]) =>
      kernels.find((name) => name.endsWith("4 × 4")),
  },
  "plain": "plain",
} as const;

/** A family of kernels. */
export type Family = keyof typeof families;

/** A bundle and its recording. */
export interface Work {
  readonly bundle: Uint8Array<ArrayBuffer>;
  /** The recording, as a `.npz`. */
  readonly golden: Uint8Array<ArrayBuffer>;
  /** A computed input, which is not in the recording. */
  readonly input?: readonly [name: string, tensor: Tensor] | undefined;
}

/** The result of a comparison. */
export interface Outcome {
  /** The number of compared blobs. */
  readonly blobs: number;
  /** The largest difference, relative to the largest value of a blob. */
  readonly distance: number;
  /** The blob with this difference, or the error of the network. */
  readonly worst: string;
}

/** Runs a bundle, and compares all recorded blobs. */
export async function compare(
  device: GPUDevice,
  family: Family,
  { bundle, golden, input }: Work,
): Promise<Outcome> {
  const engine = new GpuEngine(device, false, families[family]);
  try {
    const { graph: whole } = await readBundle(bundle);
    const names = whole.inputs.map(({ name }) => name);
    const { inputs, answers } = await readGolden(npzOf(golden), names);
    const fed = new Map(input === undefined ? inputs : [...inputs, input]);
    const shapes = fed.entries().map(([name, { shape }]) => [name, shape] as const);
    const graph = withInputShapes(whole, new Map(shapes));
    const zeros = (shape: Tensor["shape"]) => ({ shape, data: new Float32Array(count(shape)) });
    const recorded = answers.flatMap((answer) => {
      const known = knownAs(answer, answers, [...graph.names.keys()]);
      const isValue = "name" in known && !("mayBeFolded" in known);
      return isValue ? [{ answer, value: graph.names.get(known.name)! }] : [];
    });
    const results = await runOn(engine)(
      graph,
      graph.inputs.map(({ name, shape }) => fed.get(name) ?? zeros(shape)),
      recorded.map(({ value }) => value),
    );
    let outcome: Outcome = { blobs: recorded.length, distance: 0, worst: "" };
    recorded.forEach(({ answer: { blob, tensor, index } }, i) => {
      const { shape, data } = results[i]!;
      const fits = index !== undefined || sameShape(shape, tensor.shape);
      const values = index === undefined ? data : Float32Array.from(index, (at) => data[at]!);
      const distance = fits ? largestDifference(values, tensor.data) : Infinity;
      if (distance <= outcome.distance) return;
      outcome = { ...outcome, distance, worst: fits ? blob : `${blob} ${showShape(shape)}` };
    });
    return outcome;
  } catch (error) {
    return { blobs: 0, distance: Infinity, worst: (error as Error).message };
  } finally {
    engine.destroy();
  }
}
