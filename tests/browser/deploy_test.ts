/**
 * The example of a page with a model, from a static file server.
 */
/// <reference lib="dom" />
import assert from "node:assert/strict";
import { hasBrowser, openSite } from "./browser.ts";
import { deploySite, seven } from "./deploy_site.ts";

Deno.test({
  name: "the example of a page classifies, fetches its bundle once, and runs in a worker",
  ignore: !hasBrowser,
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const requested: string[] = [];
    await using site = await openSite(await deploySite(requested));
    const { page } = site;
    const classify = async () => {
      await page.locator("#file:enabled").waitFor();
      await page.locator("#file").setInputFiles(seven);
      await page.getByText(/^\d/).waitFor();
      return (await page.locator("#answer").innerText()).split("\n");
    };
    const answers = await classify();
    assert.match(answers[0]!, /^(1\.0000|0\.9\d+) 7$/);
    assert.equal(answers.length, 5);
    assert.equal(await page.locator("#bar").getAttribute("value"), "1");

    await page.reload();
    assert.deepEqual(await classify(), answers);
    assert.equal(requested.filter((path) => path === "/model.npz").length, 1);

    const outputs = await page.evaluate(() => {
      const worker = new Worker("worker.js", { type: "module" });
      return new Promise<number[]>((resolve) => {
        worker.onmessage = ({ data }) => resolve([...data.outputs.prob.data]);
        worker.postMessage({ id: 0, inputs: { data: new Float32Array(784) } });
      });
    });
    assert.equal(outputs.length, 10);
    assert.ok(Math.abs(outputs.reduce((sum, x) => sum + x) - 1) < 1e-5);
  },
});
