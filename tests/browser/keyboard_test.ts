/**
 * The page by keyboard, and for screen readers.
 */
/// <reference lib="dom" />
import assert from "node:assert/strict";
import { onPage } from "./on_page.ts";

onPage("the menu for saving gives the focus back", async (open) => {
  const { page } = open;
  await page.getByText("Try the digits").click();
  const save = page.getByText("Save", { exact: true });
  const focused = () => page.evaluate(() => document.activeElement!.textContent);
  const first = page.getByRole("button", { name: "Bundle model.npz" });
  await save.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Escape");
  assert.equal(await focused(), "Save");
  assert.ok(!await first.isVisible());

  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  const download = page.waitForEvent("download");
  await page.keyboard.press("Enter");
  await download;
  assert.equal(await focused(), "Save");
  assert.ok(!await first.isVisible());
});

onPage("answers are added to a live region", async (open) => {
  const { page } = open;
  await page.getByText("Try the digits").click();
  const region = await page.locator("[aria-live]").elementHandle();
  await page.getByLabel("A pad to draw on").click();
  await page.locator(".timing").waitFor();
  assert.match(await region!.textContent() ?? "", /per run/);
});

onPage("the number of layers found is told", async (open) => {
  const { page } = open;
  await page.getByText("Try the digits").click();
  await page.getByRole("searchbox").fill("ip");
  await page.getByRole("status").filter({ hasText: "2 layers found" }).waitFor();
});
