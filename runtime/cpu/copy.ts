/**
 * Ops that only move numbers: ranges of an axis, taken out or put beside each other.
 *
 * @module
 */
import type { Node } from "../graph.ts";
import { fromEnd } from "../ops/slice.ts";
import { axisOf, count, type Shape } from "../tensor.ts";
import * as w from "./assembler.ts";
import { kernel, type Site, type Step } from "./kernel.ts";

/** How many bytes of a row a chunk copies. */
const chunkBytes = 1 << 17;

/** Tensors joined along an axis. */
export function concat(site: Site, { attributes, inputs, output }: Node<"concat">): Step[] {
  const row = rowOf(attributes.axis, output.shape);
  let start = site.address(output);
  return inputs.map((input) => {
    const part = rowOf(attributes.axis, input.shape);
    start += part;
    return copy(site, site.address(input), start - part, part, row, part, count(output.shape));
  });
}

/** A range of an axis. */
export function slice(site: Site, { attributes, inputs, output }: Node<"slice">): Step[] {
  const { axis, start } = attributes;
  const { shape } = inputs[0]!;
  const part = rowOf(axis, output.shape), row = rowOf(axis, shape);
  const extent = shape[axisOf(axis, shape.length)]!;
  const from = site.address(inputs[0]!) + fromEnd(start, extent) * row / extent;
  return [copy(site, from, site.address(output), row, part, part, count(shape))];
}

/** The bytes of all that lies at one position of the axes before this one. */
function rowOf(axis: number, shape: Shape): number {
  return 4 * count(shape.slice(axisOf(axis, shape.length)));
}

/** Copies the first bytes of each row; the larger rows together have so many `elements`. */
function copy(
  site: Site,
  from: number,
  to: number,
  fromPitch: number,
  toPitch: number,
  bytes: number,
  elements: number,
): Step {
  const rows = 4 * elements / Math.max(fromPitch, toPitch);
  const pieces = Math.ceil(bytes / chunkBytes);
  const some = Math.max(
    1,
    Math.min(Math.ceil(rows / site.threads), Math.floor(chunkBytes / bytes)),
  );
  return {
    kernel: kernel(site.module, "copy", (f, chunk, _own, fields) => {
      const [from, to, fromPitch, toPitch, bytes, rows, some, pieces] = fields;
      const [row, end, start] = f.ints();
      return [
        w.set(row, w.mul(w.div(chunk, pieces), some)),
        w.set(start, w.mul(w.rem(chunk, pieces), chunkBytes)),
        w.set(end, w.least(w.add(row, some), rows)),
        w.loop(row, row, end, 1, [
          w.move(
            w.add(w.add(to, start), w.mul(row, toPitch)),
            w.add(w.add(from, start), w.mul(row, fromPitch)),
            w.least(chunkBytes, w.sub(bytes, start)),
          ),
        ]),
      ];
    }),
    parameters: [from, to, fromPitch, toPitch, bytes, rows, some, pieces],
    chunks: Math.ceil(rows / some) * pieces,
  };
}
