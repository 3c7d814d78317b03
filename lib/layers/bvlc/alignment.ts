/**
 * The spatial offset between two values computed from one image: how many rows and columns the
 * first starts before the second.
 *
 * @see https://github.com/BVLC/caffe/blob/master/python/caffe/coord_map.py
 *
 * @module
 */
import type { GraphBuilder, Node, Value } from "../../../runtime/graph.ts";
import { startsOf } from "../../../runtime/ops/crop.ts";
import { sameShape } from "../../../runtime/tensor.ts";

/** The map of coordinates along one axis from an earlier value: to `scale · x + shift`. */
interface Line {
  readonly scale: number;
  readonly shift: number;
}

/** Along the height and the width. */
type Map2 = readonly [Line, Line];

/**
 * The rows and columns of `from` before those of `to`, rounded; `undefined` if they have no common
 * image, a node between has no known coordinate map, or their scales differ.
 */
export function alignmentOf(
  graph: GraphBuilder,
  from: Value,
  to: Value,
): readonly [number, number] | undefined {
  const [here, there] = [mapsOf(graph, from), mapsOf(graph, to)];
  // The maps of the nearest values come first.
  for (const [value, lines] of there) {
    const own = here.get(value);
    if (own === undefined) continue;
    const offsets = own.map(({ shift }, axis) => shift - lines[axis]!.shift);
    const isSame = own.every(({ scale }, axis) => scale === lines[axis]!.scale);
    return isSame ? offsets.map(Math.round) as [number, number] : undefined;
  }
  return undefined;
}

const identity: Line = { scale: 1, shift: 0 };

/** The coordinate maps from all images that a value was computed from. */
function mapsOf(graph: GraphBuilder, value: Value): Map<Value, Map2> {
  const maps = new Map<Value, Map2>([[value, [identity, identity]]]);
  for (const node of graph.nodes.toReversed()) {
    const after = maps.get(node.output);
    if (after === undefined) continue;
    for (const [i, input] of node.inputs.entries()) {
      const step = maps.has(input) || graph.dataOf(input) ? undefined : stepOf(node, i);
      if (step === undefined) continue;
      const compose = ({ scale, shift }: Line, axis: number): Line => ({
        scale: scale * step[axis]!.scale,
        shift: scale * step[axis]!.shift + shift,
      });
      maps.set(input, after.map(compose) as unknown as Map2);
    }
  }
  return maps;
}

/** The coordinate map of a node, from an input to its output. */
function stepOf(node: Node, index: number): Map2 | undefined {
  const [input, { shape }] = [node.inputs[index]!.shape, node.output];
  if (input.length < 4 || shape.length < 4) return undefined;
  const axes = (line: (axis: 0 | 1) => Line): Map2 => [line(0), line(1)];
  if (node.op === "conv2d" || node.op === "deconv2d" || node.op === "pool2d") {
    if (index > 0 || node.op === "pool2d" && node.attributes.global) return undefined;
    const { kernel, stride, pad } = node.attributes;
    const dilation = node.op === "pool2d" ? [1, 1] : node.attributes.dilation;
    // The centre of a window corresponds to its result.
    const middle = (axis: 0 | 1) => dilation[axis]! * (kernel[axis] - 1) / 2 - pad[axis];
    return node.op === "deconv2d"
      ? axes((axis) => ({ scale: stride[axis], shift: middle(axis) }))
      : axes((axis) => ({ scale: 1 / stride[axis], shift: -middle(axis) / stride[axis] }));
  }
  if (node.op === "crop") {
    if (index > 0) return undefined;
    const starts = startsOf(node.attributes, input);
    return axes((axis) => ({ scale: 1, shift: -starts.at(axis - 2)! }));
  }
  return sameShape(input.slice(-2), shape.slice(-2)) ? [identity, identity] : undefined;
}
