/**
 * Pooling: four windows of a row at a time, over a plane with a border.
 *
 * @module
 */
import type { Node } from "../graph.ts";
import { lowest, windowsOf } from "../ops/pool2d.ts";
import { count } from "../tensor.ts";
import * as w from "./assembler.ts";
import type { Code } from "./assembler.ts";
import { along, gather, kernel, put, type Site, type Step } from "./kernel.ts";
import { padded } from "./pad.ts";

/** The largest of each window, or its mean. */
export function pool2d(site: Site, node: Node<"pool2d">): Step[] | undefined {
  const { inputs: [input], output } = node;
  const { method, kernel: window, stride, pad } = windowsOf(node.attributes, input!.shape);
  if (method !== "max" && method !== "average") return undefined;
  const [, , height, width] = input!.shape as [number, number, number, number];
  const [, , rows, columns] = output.shape as [number, number, number, number];
  const planes = count(output.shape.slice(0, 2));
  const isMax = method === "max";
  const some = Math.ceil(planes / (4 * site.threads));
  const chunks = Math.ceil(planes / some);
  const whole = window[0] === height && window[1] === width && rows * columns === 1;
  if (whole && height * width >= 4 && pad[0] + pad[1] === 0) {
    return [{
      kernel: reduce(site, isMax),
      parameters: [site.address(input!), site.address(output), planes, some, height * width],
      chunks,
    }];
  }
  const end = ([0, 1] as const).map((axis) =>
    (output.shape[2 + axis]! - 1) * stride[axis] - pad[axis] + window[axis]
  ) as [number, number];
  const [image, steps] = padded(site, input!, pad, end, isMax ? lowest : 0);
  // Caffe counts the padding in the mean, but not what lies beyond it.
  const areas = Array.from({ length: rows * columns }, (_, i) => {
    const side = (axis: 0 | 1, at: number) => {
      const start = at * stride[axis] - pad[axis];
      return Math.min(start + window[axis], input!.shape[2 + axis]! + pad[axis]) - start;
    };
    return side(0, Math.floor(i / columns)) * side(1, i % columns);
  });
  const narrow = columns < 4;
  return [...steps, {
    kernel: kernel(
      site.module,
      `pool ${isMax} ${window[1]} ${stride[1]} ${narrow}`,
      (f, chunk, _own, fields) => {
        const [from, to, planes, some, plane, rows, columns, pitch, step, high, areas] = fields;
        const [x, y, h, p, end, at, row, result, area] = f.ints();
        const sum = f.vector();
        const combine = isMax ? w.higher : w.plus;
        const taps = Array.from({ length: window[1] }, (_, tap) => 4 * tap);
        return [
          w.set(p, w.mul(chunk, some)),
          w.set(end, w.least(w.add(p, some), planes)),
          w.set(result, w.add(to, w.mul(w.mul(p, 4), w.mul(rows, columns)))),
          w.loop(p, p, end, 1, [
            w.set(row, w.add(from, w.mul(p, plane))),
            w.set(area, areas),
            w.loop(y, 0, rows, 1, [
              along(x, columns, narrow, [
                w.set(sum, w.constant(isMax ? lowest : 0)),
                w.set(at, w.add(row, w.mul(x, 4 * stride[1]))),
                w.loop(h, 0, high, 1, [
                  ...taps.flatMap((offset) =>
                    w.set(
                      sum,
                      combine(sum, narrow ? w.load(at, offset) : gather(at, stride[1], offset)),
                    )
                  ),
                  w.set(at, w.add(at, pitch)),
                ]),
                ...put(narrow)(
                  w.add(result, w.mul(x, 4)),
                  isMax ? sum : w.over(sum, w.load(w.add(area, w.mul(x, 4)))),
                ),
              ]),
              w.set(row, w.add(row, step)),
              w.set(area, w.add(area, w.mul(columns, 4))),
              w.set(result, w.add(result, w.mul(columns, 4))),
            ]),
          ]),
        ];
      },
    ),
    parameters: [
      ...[image.address, site.address(output), planes, some, 4 * image.height * image.width],
      ...[rows, columns, 4 * image.width, 4 * image.width * stride[0], window[0]],
      isMax ? 0 : site.table(new Int32Array(Float32Array.from(areas).buffer)),
    ],
    chunks,
  }];
}

/** One number of each plane. */
function reduce(site: Site, isMax: boolean): number {
  return kernel(site.module, `reduce ${isMax}`, (f, chunk, _own, fields) => {
    const [from, to, planes, some, size] = fields;
    const [p, end, at, last] = f.ints();
    const sum = f.vector();
    const combine = isMax ? w.higher : w.plus;
    const take = (value: Code) => w.set(sum, combine(sum, value));
    return [
      w.set(p, w.mul(chunk, some)),
      w.set(end, w.least(w.add(p, some), planes)),
      w.set(at, w.add(from, w.mul(w.mul(p, size), 4))),
      w.loop(p, p, end, 1, [
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
      ]),
    ];
  });
}
