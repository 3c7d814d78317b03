/**
 * The page, the example of a page, and threads in Firefox.
 */
/// <reference lib="dom" />
import assert from "node:assert/strict";
import { buildPage } from "../../cli/page/build.ts";
import { bundleText } from "../../cli/bundle_modules.ts";
import { serverOf } from "../../cli/page/server.ts";
import { readBundle } from "../../runtime/bundle/bundle.ts";
import { deploySite, seven } from "./deploy_site.ts";
import { Firefox, firefoxPath } from "./firefox.ts";
import { assertThreads, runInBoth, threadsSite } from "./threads_site.ts";

/** Serves something to Firefox. */
function serve(handler: (request: Request) => Response) {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, handler);
  return {
    address: `http://127.0.0.1:${server.addr.port}/`,
    // A page may keep its connections, and is gone only after its server.
    [Symbol.dispose]: () => void server.shutdown(),
  };
}

Deno.test({
  name: "the page, the example and threads work in Firefox",
  ignore: firefoxPath === undefined,
  sanitizeOps: false,
  sanitizeResources: false,
  async fn(test) {
    await using firefox = await Firefox.open();
    const step = (name: string, work: (firefox: Firefox) => Promise<void>) =>
      test.step({
        name,
        sanitizeOps: false,
        sanitizeResources: false,
        fn: () => work(firefox),
      });
    await step("digits are drawn, recognised on the CPU and saved", drawDigits);
    await step("the example of a page can be loaded again", loadTwice);
    await step("threads compute where the page is isolated", runThreads);
  },
});

async function drawDigits(firefox: Firefox): Promise<void> {
  using site = serve(serverOf(await buildPage()));
  await firefox.go(site.address);
  await firefox.click("//button[.='Try the digits']");
  const [left, top, side] = await firefox.wait(() => {
    const { left, top, width } = document.querySelector(".pad canvas")!.getBoundingClientRect();
    return [left, top, width] as const;
  });
  const stroke = [[0.3, 0.25], [0.5, 0.25], [0.7, 0.25], [0.55, 0.55], [0.42, 0.8]] as const;
  await firefox.draw(stroke.map(([x, y]) => [left + x * side, top + y * side]));
  const best = await firefox.wait(() => document.querySelector(".classes li")?.textContent);
  assert.match(best, /^7\s*(9\d|100)\.\d\d %/);
  // If there is WebGPU, it is a software GPU, so the CPU is used.
  assert.match(await firefox.wait(() => document.querySelector(".timing")?.textContent), /CPU/);

  await firefox.click("//summary[.='Save']");
  await firefox.click("//button[starts-with(., 'Bundle model.npz')]");
  const { graph, labels } = await readBundle(await firefox.saved("digits.npz"));
  assert.deepEqual([graph.name, labels?.length], ["digits", 10]);
  assert.equal(await firefox.evaluate(() => document.querySelector("[role=alert]")), null);
}

async function loadTwice(firefox: Firefox): Promise<void> {
  using site = serve(await deploySite([]));
  await firefox.go(site.address);
  for (const time of ["first", "second"]) {
    if (time === "second") await firefox.reload();
    await firefox.wait(() => !document.querySelector<HTMLInputElement>("#file")!.disabled);
    const files = await firefox.evaluate(() => {
      return document.querySelector<HTMLInputElement>("#file")!.files!.length;
    });
    assert.equal(files, 0, `there is no picture yet, the ${time} time`);
    await firefox.type("//input", seven);
    const answer = await firefox.wait(() => document.querySelector("#answer")!.textContent);
    assert.match(answer, /^(1\.0000|0\.9\d+) 7\n/);
  }
}

async function runThreads(firefox: Firefox): Promise<void> {
  const runtime = await bundleText("runtime/mod.ts");
  for (const isolated of [true, false]) {
    using site = serve(threadsSite(runtime, isolated));
    await firefox.go(site.address);
    assertThreads(await firefox.evaluate(runInBoth), isolated);
  }
}
