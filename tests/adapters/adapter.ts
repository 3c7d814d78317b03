/**
 * The adapters that recordings are run on: that of this process, or that of a browser.
 *
 * @module
 */
/// <reference lib="dom" />
import { bundleText } from "../../cli/bundle_modules.ts";
import { describeDevice, openDevice } from "../../runtime/gpu/device.ts";
import { openSite } from "../browser/browser.ts";
import { compare, type Family, type Outcome, type Work } from "./compare.ts";
import type {} from "./page.ts";

/** An adapter that runs bundles. */
export interface Adapter extends AsyncDisposable {
  /** Its name. */
  readonly description: string;
  readonly run: (family: Family, work: Work) => Promise<Outcome>;
}

/** The adapter that Deno finds. */
export async function inDeno(): Promise<Adapter> {
  const device = await openDevice();
  return {
    description: describeDevice(device),
    run: (family, work) => compare(device, family, work),
    [Symbol.asyncDispose]: () => Promise.resolve(device.destroy()),
  };
}

/** The adapter of Chromium. */
export async function inBrowser(): Promise<Adapter> {
  const served = new Map<string, readonly [string, BodyInit]>([
    ["/", ["text/html", '<script type="module" src="page.js"></script>']],
    ["/page.js", ["text/javascript", await bundleText("tests/adapters/page.ts")]],
  ]);
  const site = await openSite((request) => {
    const [type, body] = served.get(new URL(request.url).pathname) ?? [];
    if (type === undefined) return new Response(null, { status: 404 });
    return new Response(body, { headers: { "content-type": type } });
  });
  const { page } = site;
  page.setDefaultTimeout(0);
  await page.waitForFunction(() => globalThis.adapters !== undefined);
  return {
    description: await page.evaluate(() => globalThis.adapters.description),
    async run(family, { bundle, golden, input }) {
      const files = { bundle, golden, input: input?.[1].data as Float32Array<ArrayBuffer> };
      for (const [name, bytes] of Object.entries(files)) {
        if (bytes) served.set(`/work/${name}`, ["application/octet-stream", bytes]);
      }
      const where = input && [input[0], input[1].shape] as const;
      return await page.evaluate(
        ([family, where]) => globalThis.adapters.run(family, where),
        [family, where] as const,
      );
    },
    [Symbol.asyncDispose]: () => site[Symbol.asyncDispose](),
  };
}
