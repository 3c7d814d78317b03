/**
 * Drives Firefox by its protocol, Marionette, for tests in a second browser beside Chromium. They are
 * ignored if it is not installed.
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

/** The preferences: a free port for Marionette, and a folder for downloads. */
const settings = (downloads: string) => ({
  "marionette.port": 0,
  "browser.shell.checkDefaultBrowser": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "browser.download.folderList": 2,
  "browser.download.dir": downloads,
});

/** The message that answers a command. */
type Reply = readonly [
  type: number,
  id: number,
  error: { readonly message: string } | null,
  result: { readonly value: unknown },
];

/** The timeout of each action in milliseconds. */
const timeout = 20_000;

/** A window of Firefox, with a profile of its own. */
export class Firefox implements AsyncDisposable {
  readonly #folder: string;
  readonly #process: Deno.ChildProcess;
  #connection: Deno.TcpConn | undefined;
  /** The received bytes that were not parsed yet. */
  #received = new Uint8Array(0);
  /** The number of commands sent. */
  #count = 0;

  private constructor(folder: string, process: Deno.ChildProcess) {
    this.#folder = folder;
    this.#process = process;
  }

  /** Starts Firefox, and connects to it. */
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
      await firefox.#send("WebDriver:NewSession", { strictFileInteractability: false });
      await firefox.#send("WebDriver:SetTimeouts", { script: timeout });
      return firefox;
    } catch (error) {
      await firefox[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Opens an address. */
  async go(url: string): Promise<void> {
    await this.#send("WebDriver:Navigate", { url });
  }

  /** Reloads the page like the browser's button, after which Firefox restores form fields. */
  async reload(): Promise<void> {
    await this.evaluate(() => {
      document.title = "";
      setTimeout(() => location.reload());
    });
    await this.wait(() => document.title !== "" && document.readyState === "complete");
  }

  /** Runs a function in the page, and returns its result. It cannot use variables from outside. */
  async evaluate<Result>(work: () => Result | Promise<Result>): Promise<Result> {
    const script = `const done = arguments[0];
      (async () => await (${work})())().then((result) => done({ result }), (e) => done({ error: "" + e }));`;
    const { value } = await this.#send("WebDriver:ExecuteAsyncScript", { script, args: [] }) as {
      readonly value: { readonly result: Result } | { readonly error: string };
    };
    if ("error" in value) throw new Error(value.error);
    return value.result;
  }

  /** Waits until a function in the page returns a truthy result. */
  async wait<Result>(work: () => Result): Promise<NonNullable<Result>> {
    return await until(async () => {
      const result = await this.evaluate(work);
      if (!result) throw new Error(`Cannot continue: there is no result yet of ${work}`);
      return result;
    });
  }

  /** Clicks on the element of an XPath. */
  async click(path: string): Promise<void> {
    await this.#send("WebDriver:ElementClick", { id: await this.#find(path) });
  }

  /** Types a text into the element of an XPath, or the path of a file into a file input. */
  async type(path: string, text: string): Promise<void> {
    await this.#send("WebDriver:ElementSendKeys", { id: await this.#find(path), text });
  }

  /** Draws a line with the mouse. */
  async draw([first, ...others]: readonly (readonly [x: number, y: number])[]): Promise<void> {
    const move = ([x, y]: readonly [number, number]) => {
      return { type: "pointerMove", x: Math.round(x), y: Math.round(y), duration: 50 };
    };
    const actions = [
      move(first!),
      { type: "pointerDown", button: 0 },
      ...others.map(move),
      { type: "pointerUp", button: 0 },
    ];
    await this.#send("WebDriver:PerformActions", {
      actions: [{ type: "pointer", id: "mouse", actions }],
    });
  }

  /** The bytes of a downloaded file. */
  async saved(name: string): Promise<Uint8Array<ArrayBuffer>> {
    return await until(async () => {
      const bytes = await Deno.readFile(`${this.#folder}/${name}`);
      if (bytes.length === 0) throw new Error(`Cannot read ${name}: it is still empty`);
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
      const { value } = await this.#send("WebDriver:FindElement", { using: "xpath", value: path });
      return Object.values(value as Readonly<Record<string, string>>)[0]!;
    });
  }

  /** Sends a command, and returns its result. */
  async #send(command: string, parameters: unknown): Promise<{ readonly value: unknown }> {
    this.#count++;
    const text = new TextEncoder().encode(JSON.stringify([0, this.#count, command, parameters]));
    const message = new Blob([`${text.length}:`, text]);
    const writer = this.#connection!.writable.getWriter();
    await writer.write(await message.bytes());
    writer.releaseLock();
    const [, , error, result] = await this.#read() as Reply;
    if (error !== null) throw new Error(`Cannot execute ${command}: ${error.message}`);
    return result;
  }

  /** Reads a message: its length, a colon, and JSON. */
  async #read(): Promise<unknown> {
    for (;;) {
      const received = this.#received, text = new TextDecoder();
      const colon = received.indexOf(":".charCodeAt(0));
      const start = colon + 1, end = start + Number(text.decode(received.subarray(0, colon)));
      if (colon >= 0 && received.length >= end) {
        const message = JSON.parse(text.decode(received.subarray(start, end)));
        this.#received = received.slice(end);
        return message;
      }
      const more = new Uint8Array(1 << 16);
      const length = await this.#connection!.read(more);
      if (length === null) throw new Error("Cannot continue: Firefox has closed the connection");
      this.#received = await new Blob([received, more.subarray(0, length)]).bytes();
    }
  }
}

/** Repeats an action until it does not throw, and returns its result. */
async function until<Result>(work: () => Promise<Result>): Promise<Result> {
  for (const end = performance.now() + timeout;;) {
    try {
      return await work();
    } catch (error) {
      if (performance.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
