/**
 * Firefox, for tests that ask whether what works in Chromium works in another browser too. They are
 * ignored where there is none. It is driven by its own protocol, Marionette, over a connection.
 *
 * @see https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html
 * @module
 */
/// <reference lib="dom" />
import { executableAt } from "./executable.ts";

/** The path of Firefox, or `undefined` if there is none. */
export const firefoxPath: string | undefined = executableAt([
  Deno.env.get("FIREFOX"),
  "/usr/bin/firefox",
  "/usr/bin/firefox-esr",
  "/Applications/Firefox.app/Contents/MacOS/firefox",
]);

/** Where there is a port to connect to, and files that are saved come to. */
const settings = (downloads: string) => ({
  "marionette.port": 0,
  "browser.shell.checkDefaultBrowser": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "browser.download.folderList": 2,
  "browser.download.dir": downloads,
});

/** For how long something may take, in milliseconds. */
const patience = 20_000;

/** A window of Firefox, with a profile of its own. */
export class Firefox implements AsyncDisposable {
  readonly #folder: string;
  readonly #process: Deno.ChildProcess;
  #connection: Deno.TcpConn | undefined;
  /** What has come, and was not read yet. */
  #come = new Uint8Array(0);
  #count = 0;

  private constructor(folder: string, process: Deno.ChildProcess) {
    this.#folder = folder;
    this.#process = process;
  }

  /** Starts it, and connects to it. */
  static async open(): Promise<Firefox> {
    const folder = await Deno.makeTempDir({ prefix: "kaffe-firefox-" });
    const lines = Object.entries(settings(folder))
      .map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`);
    await Deno.writeTextFile(`${folder}/user.js`, lines.join(""));
    const args = ["--headless", "--marionette", "--no-remote", "--profile", folder];
    const quiet = { stdout: "null", stderr: "null" } as const;
    const firefox = new Firefox(
      folder,
      new Deno.Command(firefoxPath!, { args, ...quiet }).spawn(),
    );
    try {
      const port = Number(
        await until(() => Deno.readTextFile(`${folder}/MarionetteActivePort`)),
      );
      firefox.#connection = await until(() => Deno.connect({ hostname: "127.0.0.1", port }));
      await firefox.#read();
      await firefox.#ask("WebDriver:NewSession", { strictFileInteractability: false });
      await firefox.#ask("WebDriver:SetTimeouts", { script: patience });
      return firefox;
    } catch (error) {
      await firefox[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Opens an address. */
  async go(url: string): Promise<void> {
    await this.#ask("WebDriver:Navigate", { url });
  }

  /** Loads the page again as its button does, after which Firefox fills in forms as they were. */
  async reload(): Promise<void> {
    await this.evaluate(() => {
      document.title = "";
      setTimeout(() => location.reload());
    });
    await this.wait(() => document.title !== "" && document.readyState === "complete");
  }

  /** Runs a function in the page, which sees nothing from outside of itself, and gives its result. */
  async evaluate<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    const script = `const tell = arguments[0];
      (async () => await (${work})())().then((result) => tell({ result }), (e) => tell({ error: "" + e }));`;
    const { value } = await this.#ask("WebDriver:ExecuteAsyncScript", { script, args: [] }) as {
      readonly value: { readonly result: Result } | { readonly error: string };
    };
    if ("error" in value) throw new Error(value.error);
    return value.result;
  }

  /** Waits until a function gives something in the page. */
  async wait<Result>(work: () => Result): Promise<NonNullable<Result>> {
    return await until(async () => {
      const result = await this.evaluate(work);
      if (!result) throw new Error(`Cannot go on: there is nothing yet of ${work}`);
      return result;
    });
  }

  /** Clicks on what an XPath finds. */
  async click(path: string): Promise<void> {
    await this.#ask("WebDriver:ElementClick", { id: await this.#find(path) });
  }

  /** Types a text into what an XPath finds; into a field for files, the path of one. */
  async type(path: string, text: string): Promise<void> {
    await this.#ask("WebDriver:ElementSendKeys", { id: await this.#find(path), text });
  }

  /** Draws a line with the mouse. */
  async draw([first, ...others]: readonly (readonly [x: number, y: number])[]): Promise<void> {
    const move = ([x, y]: readonly [number, number]) => {
      return { type: "pointerMove", x: Math.round(x), y: Math.round(y), duration: 50 };
    };
    const actions = [
      ...[move(first!), { type: "pointerDown", button: 0 }],
      ...[...others.map(move), { type: "pointerUp", button: 0 }],
    ];
    await this.#ask("WebDriver:PerformActions", {
      actions: [{ type: "pointer", id: "mouse", actions }],
    });
  }

  /** The bytes of a file that was saved. */
  async saved(name: string): Promise<Uint8Array<ArrayBuffer>> {
    return await until(async () => {
      const bytes = await Deno.readFile(`${this.#folder}/${name}`);
      if (bytes.length === 0) throw new Error(`Cannot read ${name}: it is empty so far`);
      return bytes;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#connection?.close();
    this.#process.kill();
    await this.#process.status;
    await Deno.remove(this.#folder, { recursive: true });
  }

  async #find(path: string): Promise<string> {
    return await until(async () => {
      const { value } = await this.#ask("WebDriver:FindElement", { using: "xpath", value: path });
      return Object.values(value as Readonly<Record<string, string>>)[0]!;
    });
  }

  /** Sends a command, and gives its result. */
  async #ask(command: string, given: unknown): Promise<{ readonly value: unknown }> {
    const text = new TextEncoder().encode(JSON.stringify([0, ++this.#count, command, given]));
    const message = new Blob([`${text.length}:`, text]);
    const writer = this.#connection!.writable.getWriter();
    await writer.write(await message.bytes());
    writer.releaseLock();
    const [, , error, result] = await this.#read() as [
      ...[number, number],
      ...[{ readonly message: string } | null, { readonly value: unknown }],
    ];
    if (error !== null) throw new Error(`Cannot do ${command}: ${error.message}`);
    return result;
  }

  /** Reads a message: its length, a colon, and JSON. */
  async #read(): Promise<unknown> {
    for (;;) {
      const colon = this.#come.indexOf(":".charCodeAt(0));
      const text = new TextDecoder();
      const start = colon + 1, end = start + Number(text.decode(this.#come.subarray(0, colon)));
      if (colon >= 0 && this.#come.length >= end) {
        const message = JSON.parse(text.decode(this.#come.subarray(start, end)));
        this.#come = this.#come.slice(end);
        return message;
      }
      const more = new Uint8Array(1 << 16);
      const length = await this.#connection!.read(more);
      if (length === null) throw new Error("Cannot go on: Firefox has closed the connection");
      this.#come = await new Blob([this.#come, more.subarray(0, length)]).bytes();
    }
  }
}

/** What something gives as soon as it does not throw. */
async function until<Result>(work: () => Promise<Result>): Promise<Result> {
  for (const end = performance.now() + patience;;) {
    try {
      return await work();
    } catch (error) {
      if (performance.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
