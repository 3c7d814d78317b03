/**
 * Reports, opened from their files in a browser that has no network.
 */
/// <reference lib="dom" />
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { bundleText, root } from "../../cli/bundle_modules.ts";
import { convert } from "../../lib/convert.ts";
import { writeReport } from "../../lib/view/report.ts";
import { reportOn } from "../../lib/view/report_on.ts";
import { Folder, pathOf } from "../cli/command.ts";
import { hasShared, shared } from "../shared.ts";
import { hasBrowser, launch } from "./browser.ts";

/** Opens a file, and returns the errors in the browser. */
async function open(path: string, look: (page: Page) => Promise<void>): Promise<string[]> {
  await using browser = await launch();
  const context = await browser.newContext({ offline: true });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  page.on("pageerror", ({ message }) => errors.push(message));
  page.on("dialog", (dialog) => {
    errors.push("there was a dialog");
    dialog.dismiss();
  });
  await page.goto(`file://${path}`);
  await look(page);
  return errors;
}

const needs = { sanitizeOps: false, sanitizeResources: false };

Deno.test({
  name: "a report shows layers, weights and times, and names unchanged",
  ignore: !hasBrowser,
  ...needs,
  async fn() {
    using folder = new Folder();
    const name = "</script><script>alert(1)</script><!--";
    const text = Deno.readTextFileSync(pathOf("examples/digits/deploy.prototxt"));
    folder.write("deploy.prototxt", text.replace(/name: "digits"/, `name: "${name}"`));
    const weights = pathOf("examples/digits/digits.caffemodel");
    await folder.done(
      ...["convert", "deploy.prototxt", "--caffemodel", weights],
      ...["--data-output-path", "model.npz"],
    );
    await folder.done("report", "model.npz", "-o", "report.html", "--profile", "--device", "cpu");
    const errors = await open(folder.at("report.html"), async (page) => {
      await page.getByRole("heading", { name }).waitFor();
      await page.getByText(/measured on .*CPU/).waitFor();
      await page.locator(".step", { hasText: "conv1" }).click();
      await page.getByRole("img", { name: "The 12 filters of conv1" }).waitFor();
      assert.equal(await page.getByRole("img", { name: /^Histogram from/ }).count(), 2);
      await page.keyboard.press("ArrowRight");
      assert.equal(await page.locator(".drawing").getByRole("status").innerText(), "pool1, pool2d");
      await page.getByRole("button", { name: "Layers" }).click();
      const row = page.locator("tbody tr", { hasText: "conv1" });
      assert.match(await row.innerText(), /312\s+173 k\s+27\.6 kB\s+\d+\.\d\d ms/);

      await page.setViewportSize({ width: 390, height: 844 });
      for (const role of ["main", "complementary"] as const) {
        assert.equal((await page.getByRole(role).boundingBox())!.width, 390, role);
      }
    });
    assert.deepEqual(errors, []);
  },
});

Deno.test({
  name: "the report of ResNet-152 is below 2 MB, and finds a layer by its name",
  ignore: !hasBrowser || !hasShared("goldens/nets/resnet152.prototxt"),
  ...needs,
  async fn() {
    using folder = new Folder();
    const file = "goldens/nets/resnet152.prototxt";
    const { graph } = convert({ bytes: Deno.readFileSync(new URL(file, shared)), name: file });
    const text = await writeReport(reportOn({ graph, preprocessing: null, provenance: {} }, null), {
      script: await bundleText("web/report.tsx"),
      style: Deno.readTextFileSync(new URL("web/style.css", root)),
    });
    assert.ok(text.length < 2e6, `it has ${text.length} letters`);
    folder.write("report.html", text);
    const errors = await open(folder.at("report.html"), async (page) => {
      await page.getByRole("searchbox").fill("res4b35_branch2b");
      const found = page.locator("tbody th");
      assert.deepEqual(await found.allInnerTexts(), ["res4b35_branch2b", "res4b35_branch2b_relu"]);
      await page.getByRole("button", { name: "res4b35_branch2b", exact: true }).click();
      await page.getByRole("region", { name: "Layer res4b35_branch2b" }).waitFor();
    });
    assert.deepEqual(errors, []);
  },
});
