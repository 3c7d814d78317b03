/**
 * `kaffe serve`.
 */
import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { Folder, pathOf } from "./command.ts";

Deno.test("serve serves the page to this machine only, with a security policy", async () => {
  await using child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", pathOf("cli.ts"), "serve", "--port", "0"],
    stdout: "piped",
  }).spawn();
  const said = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value } = await said.read();
  const address = /^http:\/\/127\.0\.0\.1:\d+\//.exec(value!)![0];

  let loaded = 0;
  for (const path of ["", "main.js", "worker.js", "offline.js", "style.css", "digits/labels.txt"]) {
    const response = await fetch(address + path);
    assert.equal(response.status, 200, path);
    assert.match(response.headers.get("content-security-policy")!, /^default-src 'none'/);
    const bytes = await response.bytes();
    assert.ok(bytes.length > 10);
    if (!path.includes("/")) loaded += gzipSync(bytes).length;
  }
  assert.ok(loaded <= 300_000, `the page is ${loaded} bytes, gzipped`);
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
  assert.match(taken.stderr, new RegExp(`^Cannot serve on port ${port}: `));
  assert.equal(taken.code, 1);
  await said.cancel();
});
