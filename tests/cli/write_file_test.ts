import assert from "node:assert/strict";
import { writeFiles } from "../../cli/write_file.ts";
import { Folder, pathOf } from "./command.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

/** A program that writes without end, also into new folders, and prints a line when it begins. */
const endless = `
  import { makeFolders } from ${JSON.stringify(`file://${pathOf("cli/folders.ts")}`)};
  import { writeFiles } from ${JSON.stringify(`file://${pathOf("cli/write_file.ts")}`)};
  function* chunks() {
    console.log("begun");
    for (;;) yield new Uint8Array(1);
  }
  using made = makeFolders(["kept"]);
  made.keep();
  using others = makeFolders(["made/deep"]);
  await writeFiles([
    { path: "made/deep/new", chunks: [new Uint8Array(1)] },
    { path: "old", chunks: chunks() },
  ]);`;

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.test({
    name: `after ${signal}, an existing file is unchanged, and no new file or folder is left`,
    ignore: Deno.build.os === "windows",
    async fn() {
      using folder = new Folder();
      folder.write("old", "unchanged");
      const child = new Deno.Command(Deno.execPath(), {
        args: ["eval", endless],
        cwd: folder.path,
        stdout: "piped",
      }).spawn();
      const reader = child.stdout.getReader();
      await reader.read();
      assert.equal(folder.files.length, 4, "there are a temporary file and two folders");
      child.kill(signal);
      const { code } = await child.status;
      await reader.cancel();
      assert.equal(code, signal === "SIGINT" ? 130 : 143);
      assert.deepEqual(folder.files, ["kept", "old"]);
      assert.equal(folder.read("old"), "unchanged");
    },
  });
}

Deno.test("several files are renamed only when all are complete", async () => {
  using folder = new Folder();
  folder.write("a", "old");
  function* failing() {
    yield bytes("half");
    throw new TypeError("no more");
  }
  await assert.rejects(
    writeFiles([
      { path: folder.at("a"), chunks: [bytes("new")] },
      { path: folder.at("b"), chunks: failing() },
    ]),
    /no more/,
  );
  assert.deepEqual(folder.files, ["a"]);
  assert.equal(folder.read("a"), "old");
});

Deno.test("a file is replaced with the same permissions, and its size is returned", async () => {
  using folder = new Folder();
  folder.write("a", "old, and longer");
  Deno.chmodSync(folder.at("a"), 0o640);
  const progress: number[] = [];
  const sizes = await writeFiles(
    [{ path: folder.at("a"), chunks: [bytes("new "), bytes("text")] }],
    (size) => progress.push(size),
  );
  assert.deepEqual(sizes, [8]);
  assert.deepEqual(progress, [4, 8]);
  assert.equal(folder.read("a"), "new text");
  assert.equal(Deno.statSync(folder.at("a")).mode! & 0o777, 0o640);
});

Deno.test("a link stays, and its target is replaced", async () => {
  using folder = new Folder();
  folder.write("a", "old");
  Deno.symlinkSync("a", folder.at("link"));
  await writeFiles([{ path: folder.at("link"), chunks: [bytes("new")] }]);
  assert.equal(folder.read("a"), "new");
  assert.ok(Deno.lstatSync(folder.at("link")).isSymlink);
  assert.deepEqual(folder.files, ["a", "link"]);
});

Deno.test("a device is written to, not replaced", async () => {
  assert.deepEqual(await writeFiles([{ path: "/dev/null", chunks: [bytes("new")] }]), [3]);
  assert.ok(Deno.statSync("/dev/null").isCharDevice);
});

Deno.test("a folder is refused", async () => {
  using folder = new Folder();
  await assert.rejects(writeFiles([{ path: folder.path, chunks: [] }]), {
    message: `Cannot write ${folder.path}: it is a folder`,
  });
});
