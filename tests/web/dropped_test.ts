/**
 * The roles of files that are dropped on the page.
 */
import assert from "node:assert/strict";
import { addFiles, problemOf, sortFiles } from "../../web/dropped.ts";

const file = (name: string, type = "") => new File([], name, { type });

/** The roles of files by name, given their first bytes as characters. */
async function rolesOf(files: Readonly<Record<string, string>>) {
  const all = Object.entries(files).map(([name, start]) =>
    new File([Uint8Array.from(start, (char) => char.charCodeAt(0))], name)
  );
  const roles: Record<string, string> = {};
  for (const one of all) {
    const { model, picture, unknown } = await sortFiles([one]);
    const [role = picture && "picture"] = Object.keys(model);
    roles[one.name] = unknown.length > 0 ? "unknown" : role!;
  }
  return roles;
}

Deno.test("files without a known extension are recognized by their content", async () => {
  assert.deepEqual(
    await rolesOf({
      "deploy.prototxt.txt": '# GoogLeNet\r\nname: "GoogLeNet"\r\n',
      "deploy.txt": "\xef\xbb\xbfforce_backward: true\n",
      "labels.txt": "tench\ngoldfish\n",
      "labelmap_voc.prototxt": 'item {\n  name: "cat"\n',
      "deploy.prototxt": 'name: "item {"\n',
      "mean.npy": "\x93NUMPY\x01\0",
      "mean": "\x93NUMPY\x01\0",
      "net.caffemodel.part": "\x0a\x04name\xa2\x06",
      "weights.hdf5": "\x89HDF\r\n",
      "bundle.zip": `PK\x03\x04${"\0".repeat(26)}model.json`,
      "photo": "\xff\xd8\xff",
      "page.html": "<!doctype html>",
    }),
    {
      "deploy.prototxt.txt": "network",
      "deploy.txt": "network",
      "labels.txt": "labels",
      "labelmap_voc.prototxt": "labels",
      "deploy.prototxt": "network",
      "mean.npy": "mean",
      "mean": "mean",
      "net.caffemodel.part": "weights",
      "weights.hdf5": "weights",
      "bundle.zip": "bundle",
      "photo": "picture",
      "page.html": "unknown",
    },
  );
});

Deno.test("files are sorted by their names, pictures by their types", async () => {
  const [network, weights, mean, labels, picture, other] = [
    file("deploy.PROTOTXT"),
    file("net.v2.caffemodel"),
    file("mean.binaryproto"),
    file("labels.txt"),
    file("cat", "image/webp"),
    file("notes.doc"),
  ] as const;
  assert.deepEqual(await sortFiles([network, weights, mean, labels, picture, other]), {
    model: { network, weights, mean, labels },
    picture,
    unknown: [other],
    rivals: [],
  });
  assert.deepEqual((await sortFiles([file("constructor")])).unknown.length, 1);
});

Deno.test("two files of one kind are rivals", async () => {
  const [deploy, weights, train] = [
    file("deploy.prototxt"),
    file("net.caffemodel"),
    file("train_val.prototxt"),
  ] as const;
  const { model, rivals } = await sortFiles([deploy, weights, train]);
  assert.deepEqual(rivals, [deploy, train]);
  assert.deepEqual(model, { network: deploy, weights });
});

Deno.test("files complete a model one by one, and a new network replaces it", () => {
  const [network, weights, labels, bundle] = [
    file("a.prototxt"),
    file("a.caffemodel"),
    file("l.txt"),
    file("a.npz"),
  ] as const;
  assert.deepEqual(addFiles({ network }, { weights }), { network, weights });
  assert.deepEqual(addFiles({ weights }, { network }), { weights, network });
  assert.deepEqual(addFiles({ network, weights }, { labels }), { network, weights, labels });
  assert.deepEqual(addFiles({ bundle }, { labels }), { bundle, labels });
  const other = file("b.prototxt");
  assert.deepEqual(addFiles({ network, weights, labels }, { network: other }), { network: other });
  assert.deepEqual(addFiles({ network, weights }, { bundle }), { bundle });
  assert.deepEqual(addFiles({ bundle, labels }, { weights }), { weights });
});

Deno.test("problemOf() names the files that cannot be opened", async () => {
  const problem = async (...names: string[]) =>
    problemOf(await sortFiles(names.map((n) => file(n))));
  assert.equal(await problem("a.prototxt", "b.caffemodel"), undefined);
  assert.equal(
    await problem("a.exe", "b.doc"),
    "Cannot open a.exe, b.doc: a model is a .prototxt and a .caffemodel, or a bundle .npz",
  );
  assert.equal(
    await problem("a.npz", "b.npz"),
    "Cannot open a.npz and b.npz at once: they are of one kind; choose one of them",
  );
});
