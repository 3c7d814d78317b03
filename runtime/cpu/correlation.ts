/**
 * Correlation: four pixels at a time, and several displacements along x.
 *
 * @module
 */
import type { Node } from "../graph.ts";
import { sideOf } from "../ops/correlation.ts";
import type { Shape4 } from "../tensor.ts";
import * as w from "../wasm/assembler.ts";
import type { Code } from "../wasm/assembler.ts";
import { along, gather, kernel, put, type Site, type Step } from "./kernel.ts";
import { padded } from "./pad.ts";

/** The most displacements accumulated in registers at a time. */
const maxAcross = 7;

/** The kernel of `correlation`. */
export function correlation(site: Site, node: Node<"correlation">): Step[] {
  const { attributes, inputs, output } = node;
  const { compare, kernel: window, pad, displacement, stride, step, flat } = attributes;
  const [batch, channels, height, width] = inputs[0]!.shape as Shape4;
  const [, displacements, rows, columns] = output.shape as Shape4;
  const high = flat ? 0 : pad;
  const [[first, before], [second, prepare]] = inputs.map((input) =>
    padded(site, input, [high, pad], [height + high, width + pad])
  ) as [ReturnType<typeof padded>, ReturnType<typeof padded>];
  const side = sideOf(attributes), across = Math.min(side, maxAcross), radius = (side - 1) / 2;
  const narrow = columns < 4;
  const pitch = 4 * first.width, plane = first.height * pitch;
  // The offsets of a window's elements, over all channels.
  const taps = Array.from(
    { length: channels * window * window },
    (_, i) =>
      Math.floor(i / window ** 2) * plane + Math.floor(i / window) % window * pitch +
      4 * (i % window),
  );
  // A chunk is a row of the output, for the displacements with the same y. It has three addresses: of
  // what it reads first of each image, and of what it writes.
  const chunks = batch * displacements / side * rows;
  const starts = Array.from({ length: chunks }, (_, i) => {
    const row = i % rows, d = Math.floor(i / rows) % (displacements / side);
    const n = Math.floor(i / (rows * displacements / side));
    const at = n * channels * plane + (row * stride + (flat ? 0 : displacement)) * pitch +
      4 * displacement;
    const down = flat ? 0 : (d - radius) * step;
    return [
      first.address + at,
      second.address + at + down * pitch - 4 * radius * step,
      site.address(output) + 4 * ((n * displacements + d * side) * rows + row) * columns,
    ];
  });
  const m = site.module;
  const write = kernel(
    m,
    `correlate ${compare} ${across} ${stride} ${step} ${channels * window ** 2} ${narrow}`,
    (f, chunk, _own, fields) => {
      const [starts, taps, end, side, columns, plane] = fields;
      const [x, d, dx, tap, at, a, b, to] = f.ints();
      const sums = f.vectorArray(across), [value, other] = f.vectors();
      const read = (address: Code, offset = 0) =>
        narrow ? w.load(address, offset) : gather(address, stride, offset);
      const start = w.add(starts, w.mul(chunk, 12));
      return [
        w.set(a, w.loadInt(start)),
        w.set(b, w.loadInt(start, 4)),
        w.set(to, w.loadInt(start, 8)),
        w.loop(d, 0, side, across, [
          w.set(dx, w.least(d, w.sub(side, across))),
          along(x, columns, narrow, [
            ...sums.flatMap((sum) => w.set(sum, w.constant(0))),
            w.loop(tap, taps, end, 4, [
              w.set(at, w.add(w.loadInt(tap), w.mul(x, 4 * stride))),
              w.set(value, read(w.add(a, at))),
              w.set(at, w.add(b, at, w.mul(dx, 4 * step))),
              ...sums.flatMap((sum, i) => [
                w.set(other, read(at, 4 * step * i)),
                w.set(
                  sum,
                  compare === "product"
                    ? m.fma(value, other, sum)
                    : w.plus(sum, w.abs(w.minus(value, other))),
                ),
              ]),
            ]),
            ...sums.flatMap((sum, i) =>
              put(narrow)(
                w.add(to, w.mul(w.add(dx, i), plane), w.mul(x, 4)),
                w.times(sum, w.constant(1 / (channels * window ** 2))),
              )
            ),
          ]),
        ]),
      ];
    },
  );
  const table = site.table(taps);
  return [...before, ...prepare, {
    kernel: write,
    parameters: [
      site.table(starts.flat()),
      table,
      table + 4 * taps.length,
      side,
      columns,
      4 * rows * columns,
    ],
    chunks,
  }];
}
