/**
 * Ops that only move numbers, by one strided copy kernel.
 *
 * @module
 */
import { type Node, opOf, type Value } from "../graph.ts";
import { stridesOf } from "../ops/move.ts";
import { axisOf, count } from "../tensor.ts";
import * as w from "../wasm/assembler.ts";
import type { Code } from "../wasm/assembler.ts";
import { fieldsOf, kernel, type Site, type Step } from "./kernel.ts";

/** An axis of a strided copy: its extent, and the strides of source and destination. */
interface Axis {
  readonly extent: number;
  readonly from: number;
  readonly to: number;
}

/** The numbers of a cache line, and the cost of a row in sixteenths of the cost of such a line. */
const lineElements = 16, rowCost = 480;

/** How many numbers a chunk moves. */
const chunkElements = 1 << 15;

/** The kernel of `concat`. */
export function concat(site: Site, { attributes, inputs, output }: Node<"concat">): Step[] {
  const rowOf = ({ shape }: Value) => count(shape.slice(axisOf(attributes.axis, shape.length)));
  let start = site.address(output);
  return inputs.flatMap((input) => {
    const part = rowOf(input), from = site.address(input), to = start;
    start += 4 * part;
    // The allocator may have placed it inside the output already.
    return from === to ? [] : move(site, from, to, [
      { extent: count(input.shape) / part, from: part, to: rowOf(output) },
      { extent: part, from: 1, to: 1 },
    ]);
  });
}

/** The kernel of ops that declare a walk; `undefined` for others. */
export function moving(site: Site, node: Node): Step[] | undefined {
  const { attributes, inputs: [input], output } = node;
  const { walk } = opOf(node);
  if (walk === undefined) return undefined;
  const { extents, strides, start = 0 } = walk(attributes, input!.shape, output.shape);
  const to = stridesOf(extents);
  const axes = extents.map((extent, i) => ({ extent, from: strides[i]!, to: to[i]! }));
  return [move(site, site.address(input!) + 4 * start, site.address(output), axes)];
}

/** A strided copy over axes, the last of which is innermost. */
export function move(site: Site, from: number, to: number, all: readonly Axis[]): Step {
  const axes = merged(all);
  const last = axes.at(-1)!;
  // A contiguous innermost run is block-copied; otherwise the cheapest axis goes innermost.
  const isBlock = last.from === 1 && last.to === 1 && last.extent >= 8;
  const run = isBlock ? last : axes.reduce((a, b) => costOf(b) <= costOf(a) ? b : a);
  const others = axes.filter((axis) => axis !== run);
  const rows = count(others.map(({ extent }) => extent));
  const pieces = Math.ceil(run.extent / chunkElements);
  const some = Math.ceil(
    Math.min(rows / site.threads, Math.max(1, chunkElements / run.extent)),
  );
  return {
    kernel: kernel(site.module, `move ${others.length} ${isBlock}`, (f, chunk, _own, fields) => {
      const [start, goal, rows, some, pieces, run, step, stride, ...places] = fieldsOf(
        fields,
        8 + 3 * others.length,
      );
      const [row, end, i, first, last, from, to] = f.ints();
      return [
        w.set(row, w.mul(w.div(chunk, pieces!), some!)),
        w.set(end, w.least(w.add(row, some!), rows!)),
        w.set(first, w.mul(w.rem(chunk, pieces!), chunkElements)),
        w.set(last, w.least(w.add(first, chunkElements), run!)),
        w.loop(row, row, end, 1, [
          w.set(from, w.add(start!, w.mul(first, step!))),
          w.set(to, w.add(goal!, w.mul(first, stride!))),
          w.set(i, row),
          ...others.flatMap((_, axis) => {
            const [extent, before, after] = places.slice(3 * axis) as [Code, Code, Code];
            return [
              w.set(from, w.add(from, w.mul(w.rem(i, extent), before))),
              w.set(to, w.add(to, w.mul(w.rem(i, extent), after))),
              w.set(i, w.div(i, extent)),
            ];
          }),
          isBlock ? w.move(to, from, w.mul(w.sub(last, first), 4)) : w.loop(i, first, last, 1, [
            w.storeOne(to, w.loadSplat(from)),
            w.set(from, w.add(from, step!)),
            w.set(to, w.add(to, stride!)),
          ]),
        ]),
      ];
    }),
    parameters: [
      from,
      to,
      rows,
      some,
      pieces,
      run.extent,
      4 * run.from,
      4 * run.to,
      ...others.toReversed().flatMap((axis) => [axis.extent, 4 * axis.from, 4 * axis.to]),
    ],
    chunks: Math.ceil(rows / some) * pieces,
  };
}

/** About what an element costs in a loop along an axis: two parts of cache lines, and of a row. */
function costOf({ extent, from, to }: Axis): number {
  return Math.min(Math.abs(from), lineElements) + Math.min(to, lineElements) + rowCost / extent;
}

/** Merges axes that are contiguous with the next one. */
function merged(axes: readonly Axis[]): Axis[] {
  const kept: Axis[] = [];
  for (const axis of axes) {
    const before = kept.at(-1);
    const goesOn = before?.from === axis.from * axis.extent &&
      before.to === axis.to * axis.extent;
    if (goesOn) kept.push({ ...axis, extent: kept.pop()!.extent * axis.extent });
    else if (axis.extent > 1) kept.push(axis);
  }
  return kept.length > 0 ? kept : [{ extent: 1, from: 1, to: 1 }];
}
