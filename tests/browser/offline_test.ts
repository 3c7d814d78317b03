/**
 * The page when its server is gone: what was loaded once works on, and what was not is said.
 */
/// <reference lib="dom" />
import assert from "node:assert/strict";
import { hasBrowser, OpenPage } from "./browser.ts";
import { example, onPage } from "./on_page.ts";

onPage("the page works on without a network", async (open) => {
  const { page } = open;
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    while (navigator.serviceWorker.controller === null) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });
  await page.context().setOffline(true);
  await page.reload();
  await page.getByText("Try the digits").click();
  await page.getByRole("heading", { name: "digits" }).waitFor();
  assert.ok((await open.save("ONNX")).length > 180_000);
  assert.deepEqual(open.errors, []);
});

/** A server that may stop answering. */
interface Server {
  /** The paths that it answered. */
  readonly paths: string[];
  /** Whether it fails to answer. */
  fails(path: string): boolean;
}

/** Defines a test on a page without a service worker, whose server may stop answering. */
function onFailingServer(
  name: string,
  test: (open: OpenPage, server: Server) => Promise<void>,
): void {
  Deno.test({
    name,
    ignore: !hasBrowser,
    sanitizeOps: false,
    sanitizeResources: false,
    async fn() {
      const server: Server = { paths: [], fails: () => false };
      await using open = await OpenPage.open(false, (path) => {
        if (server.fails(path)) return new Response(null, { status: 503 });
        if (path === "offline.js") return new Response(null, { status: 404 });
        server.paths.push(path);
      });
      await test(open, server);
    },
  });
}

onFailingServer("an idle page loads what it may need later", async (open, server) => {
  const { page } = open;
  const placeOf = (name: string) => server.paths.findIndex((path) => path.startsWith(name));
  await page.getByText("Try the digits").click();
  await page.getByRole("heading", { name: "digits" }).waitFor();
  // All that it imports was loaded with the others.
  while (placeOf("save_model") < 0) await page.waitForTimeout(100);
  const places = ["main.js", "worker.js", "convert_files", "run_model", "save_model"].map(placeOf);
  assert.deepEqual(places, [...new Set(places)].sort((a, b) => a - b));
  assert.equal(places[4], server.paths.length - 1);

  server.fails = () => true;
  assert.ok((await open.save("ONNX")).length > 180_000);
  await page.getByLabel("A pad to draw on").click();
  await page.locator(".timing", { hasText: "on the CPU" }).waitFor();
  assert.equal(await page.getByRole("alert").count(), 0);
});

onFailingServer("what cannot be loaded is said, and loaded later", async (open, server) => {
  const { page } = open;
  server.fails = (path) => path.startsWith("worker");
  await open.drop(example("deploy.prototxt"), example("digits.caffemodel"));
  assert.match(await open.alert(), /^Cannot start the worker: the server .* does not answer/);

  server.fails = (path) => path.startsWith("save_model");
  await page.getByText("Try the digits").click();
  await page.getByRole("heading", { name: "digits" }).waitFor();
  await open.clickSave("ONNX");
  assert.match(
    await open.alert(),
    /^Cannot load the code for saving: the server .* does not answer/,
  );
  server.fails = () => false;
  assert.ok((await open.save("ONNX")).length > 180_000);
  assert.equal(await page.getByRole("alert").count(), 0);
});
