/**
 * Fine-tuning in a page: what it learned is a caffemodel that gives the same answers elsewhere.
 */
/// <reference lib="dom" />
import assert from "node:assert/strict";
import { bundleText } from "../../cli/bundle_modules.ts";
import { largestDifference } from "../../cli/difference.ts";
import { inputOf } from "../../examples/digits/input.ts";
import { freshSymbols } from "../../examples/finetune/symbols.ts";
import { convert, writeBundle } from "../../mod.ts";
import { Network } from "../../runtime/mod.ts";
import { pathOf } from "../cli/command.ts";
import { join } from "../join.ts";
import { hasBrowser, openSite } from "./browser.ts";
import type { Finetuned } from "./finetune_page.ts";

Deno.test({
  name: "a page fine-tunes the network of the example, and saves it as a caffemodel",
  ignore: !hasBrowser,
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const prototxt = Deno.readFileSync(pathOf("examples/finetune/symbols.prototxt"));
    const files = new Map<string, BodyInit>([
      ["/", "<!doctype html>"],
      ["/finetune.js", await bundleText("tests/browser/finetune_page.ts")],
      ["/symbols.prototxt", prototxt],
      ["/digits.caffemodel", Deno.readFileSync(pathOf("examples/digits/digits.caffemodel"))],
    ]);
    await using site = await openSite(({ url }) => {
      const { pathname } = new URL(url);
      const type = pathname.endsWith(".js") ? "text/javascript" : "text/html";
      return new Response(files.get(pathname) ?? null, { headers: { "content-type": type } });
    }, false);
    const { losses, caffemodel, answers } = await site.page.evaluate(
      async (path): Promise<Finetuned> => await (await import(path)).finetune(),
      "/finetune.js",
    );
    assert.equal(losses.length, 3);
    assert.ok(losses.every((loss) => Number.isFinite(loss) && loss > 0), losses.join(", "));

    const model = convert({ bytes: prototxt, name: "symbols.prototxt" }, {
      caffemodel: { bytes: Uint8Array.fromBase64(caffemodel), name: "symbols.caffemodel" },
    });
    const network = await Network.load(join(writeBundle(model)), { device: "cpu" });
    const { prob } = await network.run({ data: inputOf(freshSymbols(10, 3)) });
    network.destroy();
    assert.deepEqual(prob!.shape, [10, 10]);
    assert.ok(largestDifference(prob!.data, Float32Array.from(answers)) < 1e-5);
  },
});
