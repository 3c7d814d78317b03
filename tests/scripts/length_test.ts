import assert from "node:assert/strict";

const root = new URL("../../", import.meta.url);
const most = 300;

/** The source files of the project. */
function* sourcesIn(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(new URL(folder, root))) {
    if (/^(\.|node_modules$|build$|dist$|shared$)/.test(name)) continue;
    if (isDirectory) yield* sourcesIn(`${folder}${name}/`);
    else if (/\.(tsx?|mjs|py)$/.test(name)) yield folder + name;
  }
}

Deno.test(`no source file has more than ${most} lines`, () => {
  const files = [...sourcesIn("")];
  assert(files.includes("tests/layers/fork_answers.py"));
  const long = files.filter((file) =>
    Deno.readTextFileSync(new URL(file, root)).trimEnd().split("\n").length > most
  );
  assert.deepEqual(long, []);
});
