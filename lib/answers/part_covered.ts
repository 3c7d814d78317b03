/**
 * Which part of its input a map of a network is of. Where convolutions are not padded, as in U-Net,
 * a map is of the middle of a picture alone.
 *
 * @module
 */
import { type Graph, namedValues, type Node, type Value } from "../../runtime/graph.ts";
import { startsOf } from "../../runtime/ops/crop.ts";
import { windowsOf } from "../../runtime/ops/pool2d.ts";
import { type Part, whole } from "./part.ts";
import { type Producers, producersOf } from "./producers.ts";

/** Where the middles of pixels lie along an axis of an earlier image: pixel i at `step · i + start`. */
interface Line {
  readonly step: number;
  readonly start: number;
}

/**
 * The part of the input that a blob `[N, C, H, W]` is of. It may reach beyond the input; and it is
 * all of it where a node on the way between them tells nothing of places.
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
  let line: Line = { step: 1, start: 0 }, at = value;
  for (let node = producers.get(at); node !== undefined; node = producers.get(at)) {
    const step = lineOf(node, axis);
    if (step === undefined) return undefined;
    line = { step: step.step * line.step, start: step.step * line.start + step.start };
    at = node.inputs[0]!;
  }
  // From the border of the first pixel to that of the last.
  const seen = at.shape[axis]!, start = line.start - line.step / 2 + 0.5;
  const rest = seen - start - line.step * extent;
  // Branches that are joined may lie half a pixel apart: what misses a border by so little is there.
  const slack = Math.max(1, line.step);
  if (Math.abs(start) < slack && Math.abs(rest) < slack) return { start: 0, extent: 1 };
  return { start: start / seen, extent: line.step * extent / seen };
}

/** Where the pixels of what a node gives lie in its first input; `undefined` if nobody knows. */
function lineOf(node: Node, axis: 2 | 3): Line | undefined {
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
      // Odd extents, halved and doubled, are one pixel less.
      return resized(1 / Math.round(to[axis]! / from[axis]!));
    case "upsample":
    case "resample":
      return resized(from[axis]! / to[axis]!);
    default:
      return from[axis] === to[axis] ? { step: 1, start: 0 } : undefined;
  }
}

/** Pixels of which each is `step` long, side by side. */
function resized(step: number, start = 0): Line {
  return { step, start: start + step / 2 - 0.5 };
}
