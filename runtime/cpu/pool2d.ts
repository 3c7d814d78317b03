/**
 * Pooling: four windows of a row at a time, over a padded plane.
 *
 * @module
 */
import type { Node, Value } from "../graph.ts";
import { lowest, type Pool2dAttributes, windowsOf } from "../ops/pool2d.ts";
import { count, type Shape4 } from "../tensor.ts";
import * as w from "../wasm/assembler.ts";
import type { Code, Module } from "../wasm/assembler.ts";
import { along, gather, put, type Site, spread, type Step } from "./kernel.ts";
import { planesOf, windowsEnd } from "./pad.ts";

/** The widest window that is unrolled, and the longest stride that the image is padded for. */
const longest = 1024;

/** How an element and the mean square of its window are combined, for LRN within channels. */
interface OfSquares {
  readonly name: string;
  apply(m: Module, mean: Code, element: Code): Code;
}

/** The kernel of `pool2d`: maximum, argmax or average. */
export function pool2d(site: Site, { attributes, inputs: [input], output }: Node<"pool2d">) {
  const windows = windowsOf(attributes, input!.shape);
  const { method, kernel: window, stride, pad } = windows;
  if (method === "weighted" || Math.max(window[1], ...stride) > longest) return undefined;
  const [batch, channels, height, width] = input!.shape as Shape4;
  const isOne = count(output.shape) === batch * channels;
  const whole = isOne && window[0] === height && window[1] === width && pad[0] + pad[1] === 0;
  if (!whole || height * width < 4 || method === "argmax") {
    return pool(site, input!, output, windows);
  }
  const parameters = [site.address(input!), site.address(output), height * width];
  return [reduce(site, method === "max", batch * channels, parameters)];
}

/** Pools each window of an image. */
export function pool(
  site: Site,
  input: Value,
  output: Value,
  { method, kernel: window, stride, pad }: Omit<Pool2dAttributes, "round" | "global" | "bins">,
  ofSquares?: OfSquares,
): Step[] {
  const [, , rows, columns] = output.shape as Shape4;
  const planes = count(output.shape.slice(0, 2));
  const isMean = method === "average", isPlace = method === "argmax";
  const start = isMean ? 0 : lowest;
  const end = windowsEnd({ kernel: window, stride, pad, dilation: [1, 1] }, output);
  const image = planesOf(site, input, pad, end, start);
  const [, , height, width] = input.shape as Shape4;
  // The areas of windows, or their starts in the unpadded plane.
  const fillEntries = (table: Int32Array) => {
    const entries = new Float32Array(table.buffer, table.byteOffset, table.length);
    for (let i = 0, row = 0; row < rows; row++) {
      const y = row * stride[0] - pad[0];
      for (let column = 0; column < columns; column++) {
        const x = column * stride[1] - pad[1];
        // Caffe counts the padding in the mean, but not what lies beyond it.
        entries[i++] = isMean
          ? (Math.min(y + window[0], height + pad[0]) - y) *
            (Math.min(x + window[1], width + pad[1]) - x)
          : y * width + x;
      }
    }
  };
  const narrow = columns < 4;
  const m = site.module;
  const combine = ofSquares
    ? (sum: Code, value: Code) => m.fma(value, value, sum)
    : isMean
    ? w.plus
    : w.higher;
  // Positions depend on the width.
  const row = isPlace ? width : 0;
  const name = `pool ${method} ${window} ${stride[1]} ${row} ${narrow} ${ofSquares?.name}`;
  const entries = site.largeTable(method === "max" ? 0 : rows * columns, fillEntries);
  site.reserve(image.bytes);
  return [
    spread(site, `${name} ${image.name}`, planes, [
      site.address(output),
      rows,
      columns,
      4 * image.width,
      4 * image.width * stride[0],
      entries,
      ...image.parameters,
    ], (f, p, own, fields) => {
      const [to, rows, columns, pitch, step, table] = fields;
      const [x, y, h, at, row, result, entry] = f.ints();
      const [value, sum, place, found] = f.vectors();
      const apart = narrow ? 1 : stride[1];
      const take = (tap: number): Code => [
        w.set(value, gather(at, apart, 4 * tap)),
        ...isPlace
          ? w.set(
            found,
            w.select(w.plus(place, w.constant(tap)), found, w.greater(value, sum)),
          )
          : [],
        ...w.set(sum, combine(sum, value)),
      ];
      /** Loads the element in the middle of each window. */
      const middle = () => [
        w.set(at, w.add(row, w.mul(x, 4 * stride[1]))),
        w.set(at, w.add(at, w.mul(pitch, (window[0] - 1) / 2))),
        w.set(value, gather(at, apart, 2 * (window[1] - 1))),
      ];
      return [
        w.set(result, w.add(to, w.mul(p, 4, rows, columns))),
        image.take(f, row, p, own, fields),
        w.set(entry, table),
        w.loop(y, 0, rows, 1, [
          along(x, columns, narrow, [
            w.set(sum, w.constant(start)),
            w.set(at, w.add(row, w.mul(x, 4 * stride[1]))),
            ...isPlace
              ? [
                w.set(found, w.constant(-1)),
                w.set(place, w.load(w.add(entry, w.mul(x, 4)))),
              ]
              : [],
            w.loop(h, 0, window[0], 1, [
              ...Array.from({ length: window[1] }, (_, tap) => take(tap)),
              w.set(at, w.add(at, pitch)),
              ...isPlace ? w.set(place, w.plus(place, w.constant(width))) : [],
            ]),
            ...isMean ? w.set(sum, w.over(sum, w.load(w.add(entry, w.mul(x, 4))))) : [],
            ...ofSquares ? middle() : [],
            ...put(narrow)(
              w.add(result, w.mul(x, 4)),
              ofSquares ? ofSquares.apply(m, sum, value) : isPlace ? found : sum,
            ),
          ]),
          w.set(row, w.add(row, step)),
          w.set(entry, w.add(entry, w.mul(columns, 4))),
          w.set(result, w.add(result, w.mul(columns, 4))),
        ]),
      ];
    }),
  ];
}

/** Global pooling: one number per plane. */
function reduce(site: Site, isMax: boolean, planes: number, parameters: readonly number[]): Step {
  return spread(site, `reduce ${isMax}`, planes, parameters, (f, p, _own, fields) => {
    const [from, to, size] = fields;
    const [at, last] = f.ints();
    const sum = f.vector();
    const combine = isMax ? w.higher : w.plus;
    const take = (value: Code) => w.set(sum, combine(sum, value));
    return [
      w.set(at, w.add(from, w.mul(p, size, 4))),
      w.set(sum, w.constant(isMax ? lowest : 0)),
      w.set(last, w.add(at, w.mul(size, 4))),
      w.loop(at, at, w.sub(last, 12), 16, take(w.load(at))),
      w.loop(at, at, last, 4, take(w.loadLane(at, w.constant(isMax ? lowest : 0), 0))),
      ...take(w.shuffle(sum, sum, [2, 3, 0, 1])),
      ...take(w.shuffle(sum, sum, [1, 0, 3, 2])),
      w.storeOne(
        w.add(to, w.mul(p, 4)),
        isMax ? sum : w.over(sum, w.fromInts(w.splatInt(size))),
      ),
    ];
  });
}
