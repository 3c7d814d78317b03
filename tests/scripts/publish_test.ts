import assert from "node:assert/strict";

const root = new URL("../../", import.meta.url);

/** What `deno publish` would do: whether it succeeds, its errors, and the files of the package. */
async function publish(...options: readonly string[]) {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["publish", "--dry-run", "--allow-dirty", "--no-check", ...options],
    cwd: root,
    env: { NO_COLOR: "1" },
  }).output();
  const output = new TextDecoder().decode(stderr);
  const errors = output.matchAll(/^error\[([\w-]+)\].*\n *--> (\S+?):\d/gm);
  const files = output.matchAll(/^ *(file:\S+) \(/gm);
  return {
    success,
    errors: [...errors].map(([, kind, path]) =>
      `${kind} in ${path!.split("/").slice(-3).join("/")}`
    ),
    files: [...files].map(([, url]) => url!.slice(root.href.length)),
  };
}

Deno.test("the package has the modules, the page and its example, and no tests", async () => {
  const { success, files } = await publish("--allow-slow-types");
  assert(success);
  for (const file of ["mod.ts", "runtime/mod.ts", "web/main.tsx", "examples/digits/labels.txt"]) {
    assert(files.includes(file), file);
  }
  assert.deepEqual(files.filter((file) => /^(tests|bench|scripts|\.ci)\//.test(file)), []);
});

Deno.test("only the ops' types are slow, since they follow from their schemas", async () => {
  const { errors } = await publish();
  assert(errors.length > 0);
  const others = errors.filter((error) => !/^missing-explicit-type in .*\bops\//.test(error));
  assert.deepEqual(others, []);
});
