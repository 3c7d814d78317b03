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
import type { Code, Scope, Variables } from "../wasm/assembler.ts";
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

/** The planes of a padded image. */
export interface Planes {
  /** Identifies the code of {@linkcode Planes.take}. */
  readonly name: string;
  /** The extents of a padded plane. */
  readonly height: number;
  readonly width: number;
  /** What {@linkcode Planes.take} takes of a kernel's fields, after those that the kernel has taken. */
  readonly parameters: readonly number[];
  /** The bytes of a padded plane; 0 if there is no padding. */
  readonly bytes: number;
  /** Sets `at` to the address of a plane: where it is or, if it has to be padded, `to`. */
  readonly take: (scope: Scope, at: Code, plane: Code, to: Code, fields: Variables) => Code;
}

/**
 * The planes of an image, padded for windows that start `pad` before it and end at `bottom` and
 * `right`.
 *
 * @param border The value of the padding.
 */
export function planesOf(
  site: Site,
  value: Value,
  pad: Pair,
  [bottom, right]: Pair,
  border = 0,
): Planes {
  const [height, width] = value.shape.slice(-2) as [number, number];
  const rows = pad[0] + Math.max(height, bottom);
  const columns = pad[1] + Math.max(width, right);
  const isPadded = rows > height || columns > width;
  const narrow = width < 4, slim = rows * columns < 4;
  const name = isPadded ? `surround ${border} ${narrow} ${slim}` : "";
  return {
    name,
    height: rows,
    width: columns,
    bytes: isPadded ? 4 * rows * columns : 0,
    parameters: [
      site.address(value),
      height,
      width,
      ...isPadded ? [rows * columns, 4 * columns, 4 * (pad[0] * columns + pad[1])] : [],
    ],
    take: (f, at, plane, to, fields) => {
      const [from, height, width] = fields;
      const start = w.add(from, w.mul(plane, height, width, 4));
      if (!isPadded) return w.set(at, start);
      const [size, pitch, corner] = fields, [x, y, source, target] = f.ints();
      const place = w.mul(x, 4);
      return [
        w.set(at, to),
        along(x, size, slim, put(slim)(w.add(at, place), w.constant(border))),
        w.set(source, start),
        w.set(target, w.add(at, corner)),
        w.loop(y, 0, height, 1, [
          along(x, width, narrow, put(narrow)(w.add(target, place), w.load(w.add(source, place)))),
          w.set(source, w.add(source, w.mul(width, 4))),
          w.set(target, w.add(target, pitch)),
        ]),
      ];
    },
  };
}

/** A whole image, padded as by {@linkcode planesOf} with zeros, and the steps that make it. */
export function padded(
  site: Site,
  value: Value,
  pad: Pair,
  end: Pair,
): [image: Image, steps: Step[]] {
  const { name, height, width, bytes, parameters, take } = planesOf(site, value, pad, end);
  if (bytes === 0) return [{ address: site.address(value), height, width }, []];
  const planes = count(value.shape.slice(0, -2));
  const address = site.scratch(bytes * planes);
  const all = [address, bytes, ...parameters];
  const step = spread(site, `${name} of all`, planes, all, (f, plane, _own, fields) => {
    const [to, bytes] = fields;
    return take(f, f.int(), plane, w.add(to, w.mul(plane, bytes)), fields);
  });
  return [{ address, height, width }, [step]];
}
