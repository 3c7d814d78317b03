/**
 * Defines tests on the page, and files to drop there.
 *
 * @module
 */
import { pathOf } from "../cli/command.ts";
import { type GivenFile, hasBrowser, OpenPage } from "./browser.ts";

/** Defines a test on a new page. Sanitizers are off, because the browser keeps handles open. */
export function onPage(
  name: string,
  test: (open: OpenPage) => Promise<void>,
  ignore = false,
): void {
  Deno.test({
    name,
    ignore: ignore || !hasBrowser,
    sanitizeOps: false,
    sanitizeResources: false,
    async fn() {
      await using open = await OpenPage.open();
      await test(open);
    },
  });
}

/** A file of the digits example. */
export function example(name: string): GivenFile {
  return { name, bytes: Deno.readFileSync(pathOf(`examples/digits/${name}`)) };
}

/** A text file. */
export function text(name: string, content: string): GivenFile {
  return { name, bytes: new TextEncoder().encode(content) };
}
