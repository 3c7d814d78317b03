/**
 * Separable resizing: each pixel is a weighted mean whose weights are those of its row times those
 * of its column. Rows are mixed first, then columns.
 *
 * @module
 */
import { type Node, opOf } from "../graph.ts";
import type { Taps } from "../ops/taps.ts";
import { count, type Shape4 } from "../tensor.ts";
import * as w from "../wasm/assembler.ts";
import type { Code } from "../wasm/assembler.ts";
import { along, put, type Site, spread, type Step } from "./kernel.ts";

/** The kernel of ops that declare `taps`. */
export function resizing(site: Site, node: Node<"interp" | "resample">): Step[] {
  const { attributes, inputs: [input], output } = node;
  const tapsAlong = opOf(node).taps!;
  const [, , height, width] = input!.shape as Shape4;
  const [, , rows, columns] = output.shape as Shape4;
  /** Offsets and weights, tap by tap; rows and columns with fewer taps are padded with weight 0. */
  const tables = ([2, 3] as const).map((axis) => {
    const all = tapsAlong(attributes, input!.shape, output.shape, axis);
    const bytes = axis === 2 ? 4 * width : 4;
    const many = Math.max(...all.map((taps) => taps.length));
    // Vectors of four are read beyond the end.
    const pitch = all.length + 3;
    const each = (value: (taps: Taps, tap: number) => number | undefined) =>
      Array.from(
        { length: many * pitch },
        (_, i) => value(all[i % pitch] ?? [], Math.floor(i / pitch)) ?? 0,
      );
    const weights = Float32Array.from(each((taps, tap) => taps[tap]?.[1]));
    return {
      many,
      pitch: 4 * pitch,
      offsets: site.table(each((taps, tap) => bytes * ((taps[tap] ?? taps.at(-1))?.[0] ?? 0))),
      weights: site.table(new Int32Array(weights.buffer)),
    };
  });
  const [down, across] = tables as [typeof tables[0], typeof tables[0]];
  const narrow = width < 4, slim = columns < 4;
  site.reserve(4 * width);
  const m = site.module;
  const name = `resize ${down.many} ${across.many} ${narrow} ${slim}`;
  // deno-fmt-ignore
  const parameters = [
    site.address(input!), site.address(output), 4 * height * width, rows, columns, width,
    down.offsets, down.weights, down.pitch, across.offsets, across.weights, across.pitch,
  ];
  return [
    spread(site, name, count(output.shape) / columns, parameters, (f, row, own, fields) => {
      // deno-fmt-ignore
      const [
        from, to, plane, rows, columns, width, downOffsets, downWeights, downPitch, offsets, weights,
        pitch,
      ] = fields;
      const [image, y, x, at] = f.ints();
      const [sum, taken] = f.vectors();
      const place = w.add(own, w.mul(x, 4));
      const each = (many: number, take: (tap: number) => Code) =>
        Array.from({ length: many }, (_, tap) => take(tap)).flat();
      return [
        w.set(image, w.add(from, w.mul(w.div(row, rows), plane))),
        w.set(y, w.mul(w.rem(row, rows), 4)),
        along(x, width, narrow, [
          w.set(sum, w.constant(0)),
          ...each(down.many, (tap) => {
            const entry = w.add(y, w.mul(downPitch, tap));
            const line = w.add(image, w.loadInt(w.add(downOffsets, entry)));
            return w.set(
              sum,
              m.fma(
                w.load(w.add(line, w.mul(x, 4))),
                w.loadSplat(w.add(downWeights, entry)),
                sum,
              ),
            );
          }),
          ...put(narrow)(place, sum),
        ]),
        along(x, columns, slim, [
          w.set(sum, w.constant(0)),
          ...each(across.many, (tap) => [
            w.set(at, w.add(w.mul(x, 4), w.mul(pitch, tap))),
            ...[0, 1, 2, 3].flatMap((lane) =>
              w.set(
                taken,
                w.loadLane(w.add(own, w.loadInt(w.add(offsets, at), 4 * lane)), taken, lane),
              )
            ),
            w.set(sum, m.fma(taken, w.load(w.add(weights, at)), sum)),
          ]),
          ...put(slim)(w.add(to, w.mul(row, columns, 4), w.mul(x, 4)), sum),
        ]),
      ];
    }),
  ];
}
