/**
 * CompactBilinear: bilinear pooling by tensor sketches. Each channel of a bottom has a place and a
 * sign, both drawn by C's `rand()` from the seed 1; the product of two channels is added up, with both
 * signs, at the sum of their places. As the fork's inverse Fourier transform does not divide, all is
 * multiplied by the number of places.
 *
 *     [N, C, H, W] and [N, D, H, W]  →  [N, num_output, 1, 1], or [N, num_output, H, W] without pooling
 *
 * What is summed up over all positions needs no transform: the products of channels are few. Otherwise
 * the sketches of a position are convolved, one turned around.
 *
 * @see https://github.com/gy20073/compact_bilinear_pooling/blob/master/caffe-20160312/src/caffe/layers/compact_bilinear_layer.cpp
 * @module
 */
import { bool, message, uint32 } from "../../proto/message.ts";
import type { GraphBuilder, Value } from "../../runtime/graph.ts";
import { channelProducts, expectPair } from "./bilinear.ts";
import { fixed } from "./fixed.ts";
import { glibcRandom } from "./glibc_random.ts";
import { apply, defineLayer } from "./layer.ts";

/** Where each entry of a table is added to, and what it is multiplied by. */
interface Sketch {
  readonly places: readonly number[];
  readonly factors: readonly number[];
}

export const compactBilinear = defineLayer({
  type: "CompactBilinear",
  ops: ["affine", "concat", "conv2d", "gather", "permute", "reduce", "reshape", "slice"],
  bottoms: [2, 2],
  param: {
    name: "compact_bilinear_param",
    number: 0,
    message: message("CompactBilinearParameter", {
      num_output: uint32(1),
      sum_pool: bool(2, true),
    }),
  },

  lower({ graph, name, param: { num_output: size, sum_pool }, bottoms: [first, second] }) {
    expectPair(first!.shape, second!.shape);
    if (size === undefined || size === 0) {
      throw new TypeError(`its num_output is ${size ?? "not given"}, but it must be at least 1`);
    }
    const random = glibcRandom(1);
    const sketches = [
      drawn(first!.shape[1]!, size, random),
      drawn(second!.shape[1]!, size, random),
    ];
    const made = sum_pool || first!.shape[2]! * first!.shape[3]! === 1 ? pooled : unpooled;
    return [made(graph, name, [first!, second!], sketches as [Sketch, Sketch], size)];
  },
});

function drawn(channels: number, size: number, random: () => number): Sketch {
  const places = Array.from({ length: channels }, () => random() % size);
  return { places, factors: Array.from(places, () => 2 * (random() % 2) - 1) };
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
  const pairs = apply(graph, "reshape", `${name}/pairs`, [products], { shape: [batch, -1] });
  const table = apply(graph, "permute", `${name}/table`, [pairs], { order: [1, 0] });
  const sums = sketched(graph, name, table, {
    places: rows.places.flatMap((row) => columns.places.map((column) => (row + column) % size)),
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
  const [batch, , height, width] = bottoms[0].shape as readonly [number, number, number, number];
  const positions = batch * height * width;
  const shaped = (role: string, value: Value, shape: readonly number[]) =>
    apply(graph, "reshape", role, [value], { shape });
  // A convolution slides over the first from one place further on, and has the second the other way
  // around: what of both lies at places that add up to that of the output meets.
  const turned = [
    { places: first.places.map((place) => (place + size - 1) % size), factors: first.factors },
    {
      places: second.places.map((place) => size - 1 - place),
      factors: second.factors.map((factor) => factor * size),
    },
  ];
  const [once, weights] = bottoms.map((bottom, i) => {
    const of = `${name}/${["first", "second"][i]}`;
    const channelsFirst = apply(graph, "permute", `${of}/channels`, [
      fixed(graph, of, bottom, 0),
    ], { order: [1, 0, 2, 3] });
    const table = shaped(`${of}/table`, channelsFirst, [bottom.shape[1]!, positions]);
    const sums = sketched(graph, of, table, turned[i]!, size);
    return shaped(`${of}/sketch`, sums, [...(i === 0 ? [1, positions] : [positions, 1]), 1, size]);
  }) as [Value, Value];
  const around = [once];
  if (size > 1) {
    const end = { axis: 3, start: 0, end: size - 1 };
    around.push(apply(graph, "slice", `${name}/rest`, [once], end));
  }
  const twice = apply(graph, "concat", `${name}/around`, around, { axis: 3 });
  const convolved = apply(graph, "conv2d", `${name}/convolved`, [twice, weights], {
    output: positions,
    kernel: [1, size],
    group: positions,
    bias: false,
  });
  const image = shaped(`${name}/image`, convolved, [batch, height, width, size]);
  return apply(graph, "permute", name, [image], { order: [0, 3, 1, 2] });
}

/** The entries of a table `[entries, N]`, multiplied and added up at their places: `[N, size]`. */
function sketched(
  graph: GraphBuilder,
  name: string,
  table: Value,
  { places, factors }: Sketch,
  size: number,
): Value {
  const counts = new Uint32Array(size);
  for (const place of places) counts[place]!++;
  const most = counts.reduce((most, count) => Math.max(most, count), 0);
  const shape = [size, most];
  // A place with fewer entries than another takes the first ones, times 0.
  const [entries, scales] = [new Float32Array(size * most), new Float32Array(size * most)];
  counts.fill(0);
  places.forEach((place, entry) => {
    const at = place * most + counts[place]!++;
    [entries[at], scales[at]] = [entry, factors[entry]!];
  });
  const fetched = apply(graph, "gather", `${name}/fetched`, [
    graph.constant(`${name}/entries`, { shape, data: entries }),
    table,
  ], {});
  const scaled = apply(graph, "affine", `${name}/scaled`, [
    fetched,
    graph.constant(`${name}/scales`, { shape, data: scales }),
  ], { axis: 0, terms: "scale" });
  const turned = apply(graph, "permute", `${name}/lines`, [scaled], { order: [2, 0, 1] });
  return apply(graph, "reduce", `${name}/sums`, [turned], { operation: "sum", axis: 2 });
}
