/**
 * The example of a page with a model, from a plain server of files.
 */
/// <reference lib="dom" />
import assert from "node:assert/strict";
import { bundleText } from "../../cli/page/bundle.ts";
import { Folder, pathOf } from "../cli/command.ts";
import { hasBrowser, openSite } from "./browser.ts";

/** The runtime, the example, and a bundle of the digits. */
async function siteFiles(): Promise<ReadonlyMap<string, Uint8Array<ArrayBuffer>>> {
  using folder = new Folder();
  const [network, weights, labels] = ["deploy.prototxt", "digits.caffemodel", "labels.txt"]
    .map((name) => pathOf(`examples/digits/${name}`));
  await folder.done(
    ...["convert", network!, "--caffemodel", weights!, "--labels", labels!],
    ...["--input-scale", "0.00390625", "--data-output-path", "model.npz"],
  );
  const example = (name: string) => Deno.readFileSync(pathOf(`examples/deploy/${name}`));
  return new Map([
    ["/", example("index.html")],
    ["/worker.js", example("worker.js")],
    ["/kaffe-runtime.js", new TextEncoder().encode(await bundleText("runtime/mod.ts"))],
    ["/model.npz", Deno.readFileSync(folder.at("model.npz"))],
  ]);
}

Deno.test({
  name: "the example of a page classifies, fetches its bundle once, and runs in a worker",
  ignore: !hasBrowser,
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const files = await siteFiles();
    const asked: string[] = [];
    await using site = await openSite(({ url }) => {
      const { pathname } = new URL(url);
      asked.push(pathname);
      const file = files.get(pathname);
      if (file === undefined) return new Response(null, { status: 404 });
      const type = pathname.endsWith(".js") ? "text/javascript" : "text/html";
      return new Response(file, { headers: { "content-type": type } });
    });
    const { page } = site;
    const classify = async () => {
      await page.locator("#file:enabled").waitFor();
      await page.locator("#file").setInputFiles(pathOf("examples/digits/samples/7_barred.png"));
      await page.getByText(/^\d/).waitFor();
      return (await page.locator("#answer").innerText()).split("\n");
    };
    const answers = await classify();
    assert.match(answers[0]!, /^(1\.0000|0\.9\d+) 7$/);
    assert.equal(answers.length, 5);
    assert.equal(await page.locator("#bar").getAttribute("value"), "1");

    await page.reload();
    assert.deepEqual(await classify(), answers);
    assert.equal(asked.filter((path) => path === "/model.npz").length, 1);

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
