/**
 * CompactBilinear: bilinear pooling by tensor sketches. Each channel of a bottom has a hash index and a
 * sign, both drawn by C's `rand()` with the seed 1. The product of two channels and their signs is
 * added to the output at the sum of their indices. The fork's inverse Fourier transform is not
 * normalized, so the result is multiplied by the number of outputs.
 *
 *     [N, C, H, W] and [N, D, H, W]  →  [N, num_output, 1, 1], or [N, num_output, H, W] without pooling
 *
 * With pooling, the products of channels are computed directly. Without it, the two sketches of each
 * position are convolved circularly.
 *
 * @see https://github.com/gy20073/compact_bilinear_pooling/blob/master/caffe-20160312/src/caffe/layers/compact_bilinear_layer.cpp
 * @module
 */
import { bool, message, uint32 } from "../../../proto/message.ts";
import type { GraphBuilder, Value } from "../../../runtime/graph.ts";
import type { Shape4 } from "../../../runtime/tensor.ts";
import { refuseHuge } from "../filler.ts";
import { fixed } from "../fixed.ts";
import { apply, defineLayer } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";
import { expectPositive } from "../positive.ts";
import { channelProducts, expectPair } from "./bilinear.ts";
import { glibcRandom } from "./glibc_random.ts";

/** The output index and the factor of each entry of a table. */
interface Sketch {
  readonly indices: readonly number[];
  readonly factors: readonly number[];
}

export const compactBilinear = defineLayer({
  type: "CompactBilinear",
  ops: ["affine", "concat", "conv2d", "gather", "permute", "reduce", "reshape", "slice"],
  bottoms: [2, 2],
  param: {
    name: "compact_bilinear_param",
    message: message("CompactBilinearParameter", {
      num_output: uint32(1, 0),
      sum_pool: bool(2, true),
    }),
  },

  lower({ graph, name, param: { num_output: size, sum_pool }, bottoms: [first, second] }) {
    expectPair(first!.shape, second!.shape);
    expectPositive({ num_output: size });
    refuseHuge([size]);
    const random = glibcRandom(1);
    const sketches = [
      drawn(first!.shape[1]!, size, random),
      drawn(second!.shape[1]!, size, random),
    ];
    const lowered = sum_pool || first!.shape[2]! * first!.shape[3]! === 1 ? pooled : unpooled;
    return [lowered(graph, name, [first!, second!], sketches as [Sketch, Sketch], size)];
  },
});

function drawn(channels: number, size: number, random: () => number): Sketch {
  const indices = Array.from({ length: channels }, () => random() % size);
  return { indices, factors: Array.from(indices, () => 2 * (random() % 2) - 1) };
}

function pooled(
  graph: GraphBuilder,
  name: string,
  [first, second]: readonly [Value, Value],
  [rows, columns]: readonly [Sketch, Sketch],
  size: number,
): Value {
  const products = channelProducts(graph, name, first, second);
  const batch = first.shape[0]!;
  const nodes = new LayerNodes(graph, name);
  const pairs = nodes.reshape("pairs", products, [batch, -1]);
  const table = nodes.add("permute", "table", [pairs], { order: [1, 0] });
  const sums = sketched(graph, name, table, {
    indices: rows.indices.flatMap((row) => columns.indices.map((column) => (row + column) % size)),
    factors: rows.factors.flatMap((row) => columns.factors.map((column) => row * column * size)),
  }, size);
  return apply(graph, "reshape", name, [sums], { shape: [batch, size, 1, 1] });
}

function unpooled(
  graph: GraphBuilder,
  name: string,
  bottoms: readonly [Value, Value],
  [first, second]: readonly [Sketch, Sketch],
  size: number,
): Value {
  const [batch, , height, width] = bottoms[0].shape as Shape4;
  const positions = batch * height * width;
  // The op is a correlation, so the second sketch is reversed, and the first one shifted by one.
  const shifted = [
    { indices: first.indices.map((index) => (index + size - 1) % size), factors: first.factors },
    {
      indices: second.indices.map((index) => size - 1 - index),
      factors: second.factors.map((factor) => factor * size),
    },
  ];
  const [once, weights] = bottoms.map((bottom, i) => {
    const nodes = new LayerNodes(graph, `${name}/${["first", "second"][i]}`);
    const same = fixed(graph, nodes.name, bottom, 0);
    const channelsFirst = nodes.add("permute", "channels", [same], { order: [1, 0, 2, 3] });
    const table = nodes.reshape("table", channelsFirst, [bottom.shape[1]!, positions]);
    const sums = sketched(graph, nodes.name, table, shifted[i]!, size);
    const shape = i === 0 ? [1, positions, 1, size] : [positions, 1, 1, size];
    return nodes.reshape("sketch", sums, shape);
  }) as [Value, Value];
  const nodes = new LayerNodes(graph, name);
  const around = size > 1 ? [once, nodes.slice("rest", once, 3, 0, size - 1)] : [once];
  const twice = nodes.add("concat", "around", around, { axis: 3 });
  const convolved = nodes.add("conv2d", "convolved", [twice, weights], {
    output: positions,
    kernel: [1, size],
    group: positions,
    bias: false,
  });
  const image = nodes.reshape("image", convolved, [batch, height, width, size]);
  return apply(graph, "permute", name, [image], { order: [0, 3, 1, 2] });
}

/** The sums of a table's entries `[entries, N]`, times their factors, at their indices: `[N, size]`. */
function sketched(
  graph: GraphBuilder,
  name: string,
  table: Value,
  { indices, factors }: Sketch,
  size: number,
): Value {
  const counts = new Uint32Array(size);
  for (const index of indices) counts[index]!++;
  const maxCount = counts.reduce((a, b) => Math.max(a, b), 0);
  const shape = [size, maxCount];
  // Indices with fewer entries are padded with entry 0, times 0.
  const entries = new Float32Array(size * maxCount), scales = new Float32Array(size * maxCount);
  counts.fill(0);
  indices.forEach((index, entry) => {
    const at = index * maxCount + counts[index]!++;
    entries[at] = entry;
    scales[at] = factors[entry]!;
  });
  const nodes = new LayerNodes(graph, name);
  const places = nodes.numbers("entries", entries, shape);
  const gathered = nodes.add("gather", "fetched", [places, table], {});
  const scale = nodes.numbers("scales", scales, shape);
  const scaled = nodes.add("affine", "scaled", [gathered, scale], { axis: 0, terms: "scale" });
  const lines = nodes.add("permute", "lines", [scaled], { order: [2, 0, 1] });
  return nodes.add("reduce", "sums", [lines], { axis: 2 });
}
