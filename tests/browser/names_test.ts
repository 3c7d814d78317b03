/**
 * Names on the page that are long, or written from right to left.
 */
/// <reference lib="dom" />
import assert from "node:assert/strict";
import { onPage, text } from "./on_page.ts";

onPage("the name of a blob in Hebrew does not reverse the numbers beside it", async (open) => {
  const { page } = open;
  await open.drop(text(
    "deploy.prototxt",
    `name: "שלום" input: "קלט" input_shape { dim: 1 dim: 6 dim: 7 dim: 8 }
      input: "עוד" input_shape { dim: 1 dim: 6 dim: 7 dim: 8 }
      layer { name: "a" type: "ReLU" bottom: "קלט" top: "פלט" }
      layer { name: "b" type: "ReLU" bottom: "עוד" top: "סוף" }`,
  ));
  await page.getByRole("heading", { name: "שלום" }).waitFor();
  await page.getByRole("button", { name: "Run on noise" }).click();
  const answer = page.getByText("Outputs:");
  await answer.waitFor();
  for (const place of [page.locator(".model p"), page.getByText("It takes"), answer]) {
    const ordered = await place.evaluate((paragraph) => {
      paragraph.style.whiteSpace = "nowrap";
      const texts = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
      const found: { readonly word: string; readonly left: number }[] = [];
      while (texts.nextNode()) {
        const node = texts.currentNode as Text, range = document.createRange();
        for (const { 0: word, index } of node.data.matchAll(/[\w×→]+/g)) {
          range.setStart(node, index);
          range.setEnd(node, index + word.length);
          found.push({ word, left: range.getBoundingClientRect().left });
        }
      }
      const words = (order: typeof found) => order.map(({ word }) => word).join(" ");
      return [words(found.toSorted((a, b) => a.left - b.left)), words(found)];
    });
    assert.match(ordered[1]!, /1 × 6 × 7 × 8/);
    assert.equal(ordered[0], ordered[1]);
  }
});

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
