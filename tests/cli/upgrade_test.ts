import assert from "node:assert/strict";
import { writeCaffemodel } from "../../mod.ts";
import { Folder } from "./command.ts";

Deno.test("kaffe upgrade chooses the format by the file extension", async () => {
  using folder = new Folder();
  folder.write("old.prototxt", `layers { name: "r" type: RELU bottom: "x" top: "x" }`);
  await folder.done("upgrade", "old.prototxt", "new.caffemodel");
  assert.match(
    await folder.done("upgrade", "new.caffemodel", "new.prototxt"),
    /^Wrote new\.prototxt \(\d+ B, text without weights; --with-weights keeps them\)$/m,
  );
  assert.equal(
    folder.read("new.prototxt"),
    'layer {\n  name: "r"\n  type: "ReLU"\n  bottom: "x"\n  top: "x"\n}\n',
  );
  const { code, stderr } = await folder.kaffe("upgrade", "old.prototxt", "new.model");
  assert.equal(code, 2);
  assert.match(stderr, /new\.model could be text or binary/);
});

Deno.test("kaffe upgrade leaves the weights of a caffemodel out of a prototxt", async () => {
  using folder = new Folder();
  const data = Float32Array.of(1, 2, 3);
  const layer = { name: "s", type: "Scale", bottoms: ["x"], tops: ["s"] };
  const layers = [{ ...layer, blobs: [{ shape: [3], data }] }];
  folder.write("net.caffemodel", writeCaffemodel({ name: "", layers }));
  const textOf = async (from: string, ...options: string[]) => {
    await folder.done("upgrade", from, "new.prototxt", ...options);
    return folder.read("new.prototxt");
  };
  assert.doesNotMatch(await textOf("net.caffemodel"), /blobs/);
  assert.match(await textOf("net.caffemodel", "--inject", "s:0=4"), /data: 4\n/);
  const whole = await textOf("net.caffemodel", "--with-weights");
  assert.match(whole, /data: 2\n/);
  folder.write("text.prototxt", whole);
  assert.equal(await textOf("text.prototxt"), whole);
  const binary = ["upgrade", "net.caffemodel", "new.caffemodel", "--with-weights"];
  assert.match(
    (await folder.kaffe(...binary)).stderr,
    /^kaffe upgrade: --with-weights is for text/,
  );
});
