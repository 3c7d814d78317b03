/**
 * Softmax: four lines side by side, or one by one where they are few.
 *
 * @module
 */
import type { Node } from "../graph.ts";
import { linesOf } from "../ops/lines.ts";
import * as w from "../wasm/assembler.ts";
import type { Code } from "../wasm/assembler.ts";
import { exp } from "./functions.ts";
import { along, kernel, put, type Site, type Step } from "./kernel.ts";

/** The kernel of `softmax`. */
export function softmax(site: Site, node: Node<"softmax">): Step[] {
  const { attributes: { axis }, inputs: [input], output } = node;
  const { lines, length, inner } = linesOf(axis, output.shape);
  // A chunk has the lines that start in one row of the image: threads share even a single softmax.
  const row = output.shape.at(-1)!, columns = inner % row !== 0 || row < 4 ? inner : row;
  const narrow = columns < 4;
  const m = site.module;
  return [{
    kernel: kernel(m, `softmax ${narrow}`, (f, chunk, _own, fields) => {
      const [from, to, length, inner, columns, rows, skip] = fields;
      const [x, at, start, end] = f.ints();
      const [largest, sum, value] = f.vectors();
      const store = put(narrow);
      const each = (body: Code) => w.loop(at, start, end, w.mul(inner, 4), body);
      return along(x, columns, narrow, [
        w.set(start, w.mul(w.add(x, w.mul(chunk, columns), w.mul(w.div(chunk, rows), skip)), 4)),
        w.set(end, w.add(start, w.mul(length, inner, 4))),
        w.set(largest, w.load(w.add(from, start))),
        ...each(w.set(largest, w.higher(largest, w.load(w.add(from, at))))),
        w.set(sum, w.constant(0)),
        ...each([
          w.set(value, w.minus(w.load(w.add(from, at)), largest)),
          w.set(value, exp(m, f, value)),
          w.set(sum, w.plus(sum, value)),
          ...store(w.add(to, at), value),
        ]),
        ...each(store(w.add(to, at), w.over(w.load(w.add(to, at)), sum))),
      ]);
    }),
    parameters: [
      site.address(input!),
      site.address(output),
      length,
      inner,
      columns,
      inner / columns,
      inner * (length - 1),
    ],
    chunks: lines / columns,
  }];
}
