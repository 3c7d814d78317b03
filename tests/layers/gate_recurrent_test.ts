/**
 * GateRecurrent, against plain loops.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import { inputText } from "../input_text.ts";
import { at, numbers, tensorOf } from "./elements.ts";
import { testEverywhere } from "./everywhere.ts";

const shape = [2, 3, 4, 5], x = numbers(shape, 1), gates = numbers(shape, 2, 2);

/** The outputs, as the fork's loops compute them. */
function filtered({ horizontal = true, reverse = false }) {
  const axis = horizontal ? 3 : 2, steps = shape[axis]!;
  return tensorOf(shape, (...place) => {
    let last = 0;
    for (let t = 0; t < steps; t++) {
      const here = place.with(axis, reverse ? steps - 1 - t : t);
      last = at(gates, ...here) * (last - at(x, ...here)) + at(x, ...here);
      if (here[axis] === place[axis]) break;
    }
    return last;
  });
}

function network(settings: string, x: readonly number[] = shape, gates = x): string {
  const unused = ["use_bias", "use_wx", "use_wh"].filter((use) => !settings.includes(use));
  return `${inputText("x", x)} ${inputText("gates", gates)}
    layer { name: "y" type: "GateRecurrent" bottom: "x" bottom: "gates" top: "y"
      gaterecurrent_param { num_output: 3 ${settings}
        ${unused.map((use) => `${use}: false`).join(" ")} } }`;
}

for (
  const [does, settings, output] of [
    ["to the right", "active: LINEAR restrict_g: 1.0 restrict_w: 0.5", {}],
    ["to the left", "horizontal: true reverse: true", { reverse: true }],
    ["down", "horizontal: false reverse: false", { horizontal: false }],
    ["up", "horizontal: false reverse: true", { horizontal: false, reverse: true }],
  ] as const
) {
  testEverywhere(`GateRecurrent filters ${does}`, {
    text: network(settings),
    inputs: [x, gates],
    outputs: [filtered(output)],
  });
}

Deno.test("GateRecurrent refuses its matrices and functions, other gates, and long axes", () => {
  const refused = (settings: string, widths: readonly number[], message: RegExp) => {
    const [x, gates] = widths.map((width) => [1, 3, 1, width]);
    const text = network(settings, x, gates);
    assert.throws(() => convert({ bytes: new TextEncoder().encode(text), name: "net.prototxt" }), {
      message,
    });
  };
  refused("use_wh: true", [8, 8], /: its use_wh is true, but must be false\n/);
  refused("active: TANH", [8, 8], /active/);
  refused("restrict_g: 0.5", [8, 8], /restrict_g/);
  refused("", [8, 7], /: its gates are \[1, 3, 1, 7\], but it needs \[1, 3, 1, 8\]/);
  refused("", [1001, 1001], /: its bottom has 1 × 1001 pixels, but at most 1000 /);
});
