/**
 * Threads in a browser, with the runtime as one file: they are used in a cross-origin isolated page
 * and in its worker.
 */
/// <reference lib="dom" />
import { buildRuntime } from "../../scripts/build.ts";
import { hasBrowser, openSite } from "./browser.ts";
import { assertThreads, runInBoth, threadsSite } from "./threads_site.ts";

Deno.test({
  name: "threads compute in an isolated page and in its worker, and one thread elsewhere",
  ignore: !hasBrowser,
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    const { code } = await buildRuntime();
    for (const isolated of [true, false]) {
      await using site = await openSite(threadsSite(code, isolated), false);
      assertThreads(await site.page.evaluate(runInBoth), isolated);
    }
  },
});
