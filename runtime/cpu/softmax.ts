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
  const narrow = inner < 4;
  const outer = lines / inner;
  const m = site.module;
  return [{
    kernel: kernel(m, `softmax ${narrow}`, (f, chunk, _own, fields) => {
      const [from, to, length, inner] = fields;
      const [x, at, start, end] = f.ints();
      const [largest, sum, value] = f.vectors();
      const store = put(narrow);
      const each = (body: Code) => w.loop(at, start, end, w.mul(inner, 4), body);
      return along(x, inner, narrow, [
        w.set(start, w.mul(w.add(w.mul(chunk, length, inner), x), 4)),
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
    parameters: [site.address(input!), site.address(output), length, inner],
    chunks: outer,
  }];
}
