/**
 * Names on the page that are long, or written from right to left.
 */
/// <reference lib="dom" />
import assert from "node:assert/strict";
import { onPage, text } from "./on_page.ts";

onPage("a long name of a layer is cut in the list, and whole in its title", async (open) => {
  const { page } = open;
  const name = "a_long_name_of_a_layer_".repeat(5);
  await open.drop(text(
    "deploy.prototxt",
    `input: "data" input_shape { dim: 1 dim: 2 }
      layer { name: "${name}" type: "ReLU" bottom: "data" top: "out" }`,
  ));
  await page.getByRole("button", { name: "Layers" }).click();
  const button = page.getByRole("button", { name });
  assert.equal(await button.getAttribute("title"), name);
  await button.focus();
  const [inner, outer] = await Promise.all(
    [button, page.locator("tbody th", { has: button })].map((part) => part.boundingBox()),
  );
  assert.ok(outer!.width < 400, `the column is ${outer!.width} wide`);
  assert.ok(inner!.x > outer!.x && inner!.x + inner!.width < outer!.x + outer!.width);
});
