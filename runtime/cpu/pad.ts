/**
 * Pads images, so that kernels need no bounds checks at the border.
 *
 * @module
 */
import type { Pair } from "../ops/attribute.ts";
import type { Value } from "../graph.ts";
import type { Attributes } from "../ops/mod.ts";
import { count } from "../tensor.ts";
import * as w from "../wasm/assembler.ts";
import { along, put, type Site, spread, type Step } from "./kernel.ts";

/** An image at an address: `[planes, height, width]`. */
export interface Image {
  readonly address: number;
  readonly height: number;
  readonly width: number;
}

/** One past the last row and column that windows read, from the image's first pixel. */
export function windowsEnd(
  { kernel, stride, pad, dilation }: Attributes["im2col"],
  { shape }: Value,
): Pair {
  const end = (axis: 0 | 1) =>
    (shape[2 + axis]! - 1) * stride[axis] - pad[axis] + dilation[axis] * (kernel[axis] - 1) + 1;
  return [end(0), end(1)];
}

/**
 * The image, padded for windows that start `pad` before it and end at `bottom` and `right`.
 *
 * @param border The value of the padding.
 * @returns The padded image, and the steps that make it.
 */
export function padded(
  site: Site,
  value: Value,
  pad: Pair,
  [bottom, right]: Pair,
  border = 0,
): [image: Image, steps: Step[]] {
  const [height, width] = value.shape.slice(-2) as [number, number];
  const rows = Math.max(height + pad[0], bottom + pad[0]);
  const columns = Math.max(width + pad[1], right + pad[1]);
  const address = site.address(value);
  if (rows === height && columns === width) return [{ address, height, width }, []];
  const planes = count(value.shape) / (height * width);
  const to = site.scratch(4 * planes * rows * columns);
  const narrow = width < 4, slim = columns < 4;
  const parameters = [address, to, height, width, rows, columns, 4 * (pad[0] * columns + pad[1])];
  const name = `surround ${border} ${narrow} ${slim}`;
  const step = spread(site, name, planes, parameters, (f, plane, _own, fields) => {
    const [from, to, height, width, rows, columns, corner] = fields;
    const [x, y, at] = f.ints();
    const place = w.mul(x, 4);
    const source = w.add(from, w.mul(w.add(w.mul(plane, height), y), width, 4));
    const start = w.add(to, w.mul(plane, 4, rows, columns));
    return [
      w.set(at, start),
      ...border === 0 ? w.clear(at, w.mul(rows, columns, 4)) : w.loop(y, 0, rows, 1, [
        along(x, columns, slim, put(slim)(w.add(at, place), w.constant(border))),
        w.set(at, w.add(at, w.mul(columns, 4))),
      ]),
      w.set(at, w.add(start, corner)),
      w.loop(y, 0, height, 1, [
        along(x, width, narrow, put(narrow)(w.add(at, place), w.load(w.add(source, place)))),
        w.set(at, w.add(at, w.mul(columns, 4))),
      ]),
    ];
  });
  return [{ address: to, height: rows, width: columns }, [step]];
}
