/**
 * The part of the input that a map covers. With unpadded convolutions, as in U-Net, it is only the
 * center of the picture.
 *
 * @module
 */
import { type Graph, namedValues, type Node, type Value } from "../../runtime/graph.ts";
import { startsOf } from "../../runtime/ops/crop.ts";
import { windowsOf } from "../../runtime/ops/pool2d.ts";
import { type Part, whole } from "./part.ts";
import { type Producers, producersOf } from "./producers.ts";

/** Where pixel centers are in an earlier image along an axis: pixel i at `step · i + start`. */
interface Alignment {
  readonly step: number;
  readonly start: number;
}

/**
 * The part of the input that a blob `[N, C, H, W]` covers. It may exceed the input. If a node between
 * them has no known alignment, it is the whole input.
 */
export function partCovered(graph: Graph, blob: string): Part {
  const value = namedValues(graph).get(blob)!;
  const producers = producersOf(graph);
  const [down, across] = [alongAxis(producers, value, 2), alongAxis(producers, value, 3)];
  if (down === undefined || across === undefined) return whole;
  return { left: across.start, top: down.start, width: across.extent, height: down.extent };
}

function alongAxis(producers: Producers, value: Value, axis: 2 | 3) {
  const extent = value.shape[axis]!;
  let { step, start }: Alignment = { step: 1, start: 0 }, at = value;
  for (let node = producers.get(at); node !== undefined; node = producers.get(at)) {
    const alignment = alignmentOf(node, axis);
    if (alignment === undefined) return undefined;
    [step, start] = [alignment.step * step, alignment.step * start + alignment.start];
    at = node.inputs[0]!;
  }
  // From the outer border of the first pixel to that of the last.
  const input = at.shape[axis]!, before = start - step / 2 + 0.5;
  const after = input - before - step * extent;
  // Joined branches may be half a pixel apart, so borders within one pixel of the input's are equal.
  const tolerance = Math.max(1, step);
  if (Math.abs(before) < tolerance && Math.abs(after) < tolerance) return { start: 0, extent: 1 };
  return { start: before / input, extent: step * extent / input };
}

/** The alignment of a node's output with its first input; `undefined` if unknown. */
function alignmentOf(node: Node, axis: 2 | 3): Alignment | undefined {
  const [from, to] = [node.inputs[0]!.shape, node.output.shape], i = axis - 2;
  if (from.length !== 4 || to.length !== 4) return undefined;
  switch (node.op) {
    case "conv2d": {
      const { kernel, stride, pad, dilation } = node.attributes;
      return { step: stride[i]!, start: dilation[i]! * (kernel[i]! - 1) / 2 - pad[i]! };
    }
    case "deconv2d": {
      const { kernel, stride, pad, dilation } = node.attributes, step = 1 / stride[i]!;
      return { step, start: -step * (dilation[i]! * (kernel[i]! - 1) / 2 - pad[i]!) };
    }
    case "pool2d": {
      const { kernel, stride, pad } = windowsOf(node.attributes, from);
      return { step: stride[i]!, start: (kernel[i]! - 1) / 2 - pad[i]! };
    }
    case "crop":
      return { step: 1, start: startsOf(node.attributes, from)[axis]! };
    case "interp": {
      const { cut, alignCorners } = node.attributes, kept = from[axis]! - cut[0] - cut[1];
      if (!alignCorners) return resized(kept / to[axis]!, cut[0]);
      return { step: to[axis] === 1 ? 1 : (kept - 1) / (to[axis]! - 1), start: cut[0] };
    }
    case "unpool":
      // Odd extents are one pixel smaller after pooling and unpooling by 2.
      return resized(1 / Math.round(to[axis]! / from[axis]!));
    case "upsample":
    case "resample":
      return resized(from[axis]! / to[axis]!);
    default:
      return from[axis] === to[axis] ? { step: 1, start: 0 } : undefined;
  }
}

/** The alignment of adjacent pixels of length `step`. */
function resized(step: number, start = 0): Alignment {
  return { step, start: start + step / 2 - 0.5 };
}
