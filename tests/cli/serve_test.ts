/**
 * `kaffe serve`.
 */
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { Folder, pathOf } from "./command.ts";

Deno.test("serve serves the page on the loopback address only, with a security policy", async () => {
  await using child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", pathOf("cli.ts"), "serve", "--port", "0"],
    stdout: "piped",
  }).spawn();
  const output = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value } = await output.read();
  const address = /^http:\/\/127\.0\.0\.1:\d+\//.exec(value!)![0];

  const load = async (path: string): Promise<Loaded> => {
    const response = await fetch(address + path);
    assert.equal(response.status, 200, path);
    assert.match(response.headers.get("content-security-policy")!, /^default-src 'none'/);
    const bytes = await response.bytes();
    assert.ok(bytes.length > 10);
    return { text: new TextDecoder().decode(bytes), gzipped: gzipSync(bytes).length };
  };
  const offline = await load("offline.js");
  const { files } = JSON.parse(/^self\.page=(.*);$/m.exec(offline.text)![1]!) as {
    files: string[];
  };
  const page = new Map<string, Loaded>();
  for (const path of files) page.set(path, await load(path === "./" ? "" : path));
  assert.ok(page.has("digits/labels.txt"));
  assert.deepEqual(page.get("./"), page.get("index.html"));
  page.delete("./");

  const own = [...page.keys()].filter((path) => !path.includes("/"));
  const all = sizeOf(own, page) + offline.gzipped;
  assert.ok(all <= 339_000, `the page is ${all} bytes, gzipped`);
  const { size: first, modules } = firstLoad(page);
  assert.ok(first <= 235_500, `the first load is ${first} bytes, gzipped`);
  for (const late of ["run_model", "save_model"]) {
    assert.equal(modules.find((path) => path.startsWith(late)), undefined);
    assert.ok(own.some((path) => path.startsWith(late)), late);
  }
  const others = [
    await fetch(`${address}deno.json`),
    await fetch(`${address}..%2fdeno.json`),
    await fetch(address, { method: "POST" }),
  ];
  assert.deepEqual(others.map(({ status }) => status), [404, 404, 405]);
  for (const response of others) await response.body?.cancel();

  using folder = new Folder();
  const { port } = new URL(address);
  const taken = await folder.kaffe("serve", "--port", port);
  assert.match(taken.stderr, new RegExp(`^Cannot serve on port ${port}: .+; --port 0 takes a`));
  assert.equal(taken.code, 1);
  await output.cancel();
});

/** A file of the page, and its size. */
interface Loaded {
  readonly text: string;
  readonly gzipped: number;
}

function sizeOf(paths: Iterable<string>, page: ReadonlyMap<string, Loaded>): number {
  return [...paths].reduce((sum, path) => sum + page.get(path)!.gzipped, 0);
}

/** The modules that are loaded until a dropped network is shown, and the size of all files. */
function firstLoad(page: ReadonlyMap<string, Loaded>) {
  const { text } = page.get("worker.js")!;
  const converting = /(?<=import\("\.\/)convert_files[^"]*/.exec(text)![0];
  const modules = new Set(["main.js", "worker.js", converting]);
  // The loop visits modules that are added to the set meanwhile.
  for (const path of modules) {
    const imports = page.get(path)!.text.matchAll(/(?:from|import)"\.\/([^"]*)"/g);
    for (const [, imported] of imports) modules.add(imported!);
  }
  const size = sizeOf(["index.html", "style.css", "icon.svg", ...modules], page);
  return { size, modules: [...modules] };
}
