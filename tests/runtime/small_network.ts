/**
 * A network of a convolution and a ReLU, its bundle, an input and the output.
 *
 * @module
 */
import { writeBundle } from "../../lib/emit/bundle.ts";
import type { Graph } from "../../runtime/graph.ts";
import { Network, type Source } from "../../runtime/mod.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { join } from "../join.ts";
import { Sketch } from "../random.ts";
import { tensor } from "../tensor.ts";

/** data [1, 1, 2, 3] ─► conv: right − left of two neighbours ─► relu */
function network(): Graph {
  const sketch = new Sketch();
  const conv = sketch.add("conv2d", "conv", [
    sketch.input("data", [1, 1, 2, 3]),
    sketch.constant("conv/weights", tensor([1, 1, 1, 2], -1, 1)),
  ], { output: 1, kernel: [1, 2], bias: false });
  return sketch.finish(sketch.add("relu", "relu", [conv], {}));
}

/** The numbers of an input. */
export const numbers = [1, 4, 2, 0, 0, 7];

/** The output for these numbers. */
export const rectified: Tensor = tensor([1, 1, 2, 2], 3, 0, 0, 7);

/** The bundle of a graph. */
export const bytesOf = (graph: Graph): Uint8Array<ArrayBuffer> => join(writeBundle({ graph }));

/** The bundle of the network. */
export const bytes: Uint8Array<ArrayBuffer> = bytesOf(network());

/** Loads a bundle, by default that of the network, for the CPU. */
export const load = (source: Source = bytes): Promise<Network> =>
  Network.load(source, { device: "cpu" });
