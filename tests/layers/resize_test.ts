/**
 * Resize of the fork that estimates poses, worked out by hand.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";
import type { Shape } from "../../runtime/tensor.ts";
import { inputText } from "../input_text.ts";
import { testEverywhere } from "./everywhere.ts";
import { tensor } from "./harness.ts";

const image = tensor([1, 1, 2, 3], `1 2 3  4 5 6`);

testEverywhere("Resize by factors rounds the size down", {
  text: `${inputText("x", image.shape)} layer { name: "y" type: "Resize" bottom: "x" top: "y"
    resize_param { height_fac: 0.5 width_fac: 0.7 } }`,
  inputs: [image],
  outputs: [tensor([1, 1, 1, 2], `1 2.5`)],
});

testEverywhere("Resize takes its size from a second bottom, of any channels", {
  text: `${inputText("x", image.shape)} ${inputText("like", [1, 2, 3, 4])}
    layer { name: "y" type: "Resize" bottom: "x" bottom: "like" top: "y" }`,
  inputs: [image, { shape: [1, 2, 3, 4], data: new Float32Array(24).fill(7) }],
  outputs: [
    tensor([1, 1, 3, 4], `1 1.75 2.5 2.25  3 3.75 4.5 3.75  ${8 / 3} ${9.5 / 3} ${11 / 3} 3`),
  ],
});

/** The shape of the top of a Resize of bottoms of these shapes. */
function shapeOf(settings: string, ...shapes: readonly (readonly number[])[]): Shape {
  const names = shapes.map((_, i) => `x${i}`);
  const text = `${names.map((name, i) => inputText(name, shapes[i]!)).join(" ")}
    layer { name: "y" type: "Resize" ${names.map((name) => `bottom: "${name}"`).join(" ")} top: "y"
      ${settings} }`;
  const { graph } = convert({ bytes: new TextEncoder().encode(text), name: "net.prototxt" });
  return graph.names.get("y")!.shape;
}

Deno.test("Resize multiplies by its factors in float32, as its Caffe does", () => {
  // As a float, 0.7 is less than 0.7.
  const settings = "resize_param { height_fac: 0.7 width_fac: 0.35 }";
  assert.deepEqual(shapeOf(settings, [1, 1, 10, 10]), [1, 1, 7, 3]);
});

Deno.test("Resize refuses a size that is given twice, or by the values of a blob", () => {
  const bottom = [1, 1, 2, 3];
  assert.throws(() => shapeOf("resize_param { height: 2 width: 2 }", bottom, [1, 1, 4, 5]), {
    message: /: its size is given twice, by its resize_param and by a second bottom$/m,
  });
  assert.throws(() => shapeOf("", bottom, [1, 4, 1, 1]), {
    message: /: its second bottom \[1, 4, 1, 1\] has 4 elements, whose values would be the size/,
  });
});
