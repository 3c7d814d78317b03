/**
 * The browser that tests of the page run in. Without one they are ignored; with
 * `REQUIRE_BROWSER=1` they fail.
 *
 * @module
 */
/// <reference lib="dom" />
import { type Browser, chromium, type Page } from "playwright-core";
import { buildPage, type PageFiles } from "../../cli/page/build.ts";
import { serverOf } from "../../cli/page/server.ts";
import { executableAt } from "./executable.ts";

/** The usual paths of Chromium; `CHROMIUM` takes precedence. */
const paths = [
  Deno.env.get("CHROMIUM"),
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** The path of Chromium, or `undefined` if there is none. */
const executablePath: string | undefined = executableAt(paths);

if (executablePath === undefined && Deno.env.get("REQUIRE_BROWSER") === "1") {
  throw new Error("Cannot test the page: there is no Chromium; apt-get install chromium");
}

/** Whether there is a browser. */
export const hasBrowser: boolean = executablePath !== undefined;

/** Starts a browser with a fake camera and, by default, with a software GPU. */
export function launch(gpu = true): Promise<Browser> {
  return chromium.launch({
    executablePath: executablePath!,
    args: [
      "--headless=new",
      "--no-sandbox",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      gpu ? "--enable-unsafe-webgpu" : "--disable-gpu",
      "--use-fake-device-for-media-stream",
      "--use-fake-ui-for-media-stream",
    ],
  });
}

/** The timeout of each action in milliseconds: SwiftShader is slow on a busy machine. */
const timeout = 120_000;

/** A file to drop on a page. */
export interface GivenFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Serves a site, and opens it in a browser. Both end on disposal. */
export async function openSite(
  handler: (request: Request) => Response | Promise<Response>,
  gpu = true,
): Promise<{ readonly page: Page; readonly address: string } & AsyncDisposable> {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, handler);
  const browser = await launch(gpu);
  const page = await browser.newPage();
  page.setDefaultTimeout(timeout);
  const address = `http://127.0.0.1:${server.addr.port}/`;
  await page.goto(address);
  return {
    page,
    address,
    async [Symbol.asyncDispose]() {
      await browser.close();
      await server.shutdown();
    },
  };
}

/** The files of the page, which are built once for all tests of a module. */
let built: Promise<PageFiles> | undefined;

/** The page in a browser, served as `kaffe serve` does. */
export class OpenPage implements AsyncDisposable {
  /** The errors in the browser, including violations of the content security policy. */
  readonly errors: string[] = [];

  readonly page: Page;
  readonly address: string;

  private constructor(readonly site: Awaited<ReturnType<typeof openSite>>) {
    const { page, address } = site;
    this.page = page;
    this.address = address;
    page.on("console", (message) => {
      if (message.type() === "error") this.errors.push(message.text());
    });
    page.on("pageerror", ({ message }) => this.errors.push(message));
    page.on("dialog", (dialog) => {
      this.errors.push(`a dialog says ${dialog.message()}`);
      dialog.dismiss();
    });
  }

  /**
   * Opens the page.
   *
   * @param answer Answers requests for some paths in place of the server.
   */
  static async open(
    gpu = true,
    answer: (path: string) => Response | undefined = () => undefined,
  ): Promise<OpenPage> {
    built ??= buildPage();
    const served = serverOf(await built);
    const site = await openSite((request) => {
      return answer(new URL(request.url).pathname.slice(1)) ?? served(request);
    }, gpu);
    return new OpenPage(site);
  }

  /** Drops files on the page. */
  async drop(...files: readonly GivenFile[]): Promise<void> {
    const given = files.map(({ name, bytes }) => ({ name, text: bytes.toBase64() }));
    await this.page.evaluate((given) => {
      const dataTransfer = new DataTransfer();
      for (const { name, text } of given) {
        const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
        const extension = name.split(".").at(-1)!.toLowerCase();
        const types = new Map([["jpg", "image/jpeg"], ["jpeg", "image/jpeg"], [
          "png",
          "image/png",
        ]]);
        dataTransfer.items.add(new File([bytes], name, { type: types.get(extension) ?? "" }));
      }
      const how = { bubbles: true, cancelable: true, dataTransfer };
      document.body.dispatchEvent(new DragEvent("drop", how));
    }, given);
  }

  /** The text of the alert on the page. */
  async alert(): Promise<string> {
    return await this.page.getByRole("alert").innerText();
  }

  /** Saves the model by an item of the menu, and returns the bytes. */
  async save(item: string): Promise<Uint8Array<ArrayBuffer>> {
    const download = this.page.waitForEvent("download");
    await this.clickSave(item);
    return await Deno.readFile(await (await download).path());
  }

  /** Clicks on an item of the menu for saving. */
  async clickSave(item: string): Promise<void> {
    await this.page.getByText("Save", { exact: true }).click();
    await this.page.getByRole("button", { name: item }).click();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.site[Symbol.asyncDispose]();
  }
}
