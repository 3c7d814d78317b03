/**
 * What the page takes dropped files for.
 */
import assert from "node:assert/strict";
import { addFiles, sortFiles } from "../../web/dropped.ts";

const file = (name: string, type = "") => new File([], name, { type });

Deno.test("files are sorted by their names, pictures by their types", () => {
  const [network, weights, mean, labels, picture, other] = [
    file("deploy.PROTOTXT"),
    file("net.v2.caffemodel"),
    file("mean.binaryproto"),
    file("labels.txt"),
    file("cat", "image/webp"),
    file("notes.doc"),
  ] as const;
  assert.deepEqual(sortFiles([network, weights, mean, labels, picture, other]), {
    model: { network, weights, mean, labels },
    picture,
    unknown: [other],
  });
  assert.deepEqual(sortFiles([file("constructor")]).unknown.length, 1);
});

Deno.test("files complete a model one by one, and a network starts another one", () => {
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
