import assert from "node:assert/strict";
import { npyParts } from "../../lib/emit/npy.ts";
import { type NpzMember, writeNpz } from "../../lib/emit/npz.ts";
import { readNpy } from "../../runtime/bundle/npy.ts";
import { readZip } from "../../runtime/bundle/zip.ts";
import { Random } from "../random.ts";
import { concat, encode } from "../runtime/zip_cases.ts";

const noise = (length: number) => new Random(1).tensor([length]).data;

const zeros = (length: number) => new Float32Array(length);

const tensors = {
  "fc/weights": { shape: [300, 1000], data: noise(300_000) },
  "conv/weights": { shape: [8, 3, 3, 3], data: noise(216) },
  "zeros/weights": { shape: [1000, 400], data: new Float32Array(400_000) },
  "ünï/biases": { shape: [], data: Float32Array.of(7) },
};

function members(): NpzMember[] {
  return Object.entries(tensors).map(([name, tensor]) => ({
    name: `${name}.npy`,
    parts: npyParts(tensor),
  }));
}

const write = (members: Iterable<NpzMember>) => concat([...writeNpz(members)]);

Deno.test("a written archive is read with the same arrays", async () => {
  const zip = readZip(write(members()));
  for (const [name, tensor] of Object.entries(tensors)) {
    assert.deepEqual(readNpy(await zip.get(`${name}.npy`)!.read(), name), tensor);
  }
  assert.deepEqual(readZip(write([])).names, []);
  assert.deepEqual(
    await readZip(write([{ name: "empty", parts: [] }])).get("empty")!.read(),
    new Uint8Array(0),
  );
});

Deno.test("a writer that can seek gets the same bytes", () => {
  const late: [offset: number, bytes: Uint8Array][] = [];
  const bytes = concat([...writeNpz(members(), { rewrite: (...where) => late.push(where) })]);
  assert.notDeepEqual(bytes, write(members()));
  for (const [offset, header] of late) bytes.set(header, offset);
  assert.deepEqual(bytes, write(members()));
});

Deno.test("deferred parts are produced piece by piece for writers that can seek, or at once", () => {
  const later = (bytes: Uint8Array) => ({
    length: bytes.length,
    read: (position: number, into: Uint8Array) =>
      into.set(bytes.subarray(position, position + into.length)),
  });
  const sizes = [1000, 3_000_000, 3_000_000];
  const parts = sizes.map((size, i) => new Uint8Array((i < 2 ? noise(size) : zeros(size)).buffer));
  const whole = parts.map((part, i) => ({ name: `${i}`, parts: [encode("header"), part] }));
  const deferred = parts.map((part, i) => ({
    name: `${i}`,
    parts: [encode("header"), later(part)],
  }));
  assert.deepEqual(write(deferred), write(whole));
  const late: [offset: number, bytes: Uint8Array][] = [];
  const pieces = writeNpz(deferred, { rewrite: (...where) => late.push(where) })
    .map((piece) => piece.slice());
  const bytes = concat([...pieces]);
  for (const [offset, header] of late) bytes.set(header, offset);
  assert.deepEqual(bytes, write(whole));
});

Deno.test("noise is stored and aligned, zeros are deflated", async () => {
  const bytes = write(members());
  const zip = readZip(bytes);
  assert.ok(bytes.length < 1.01 * 4 * 300_216 + 4000);
  for (const name of ["fc/weights", "conv/weights"] as const) {
    const stored = await zip.get(`${name}.npy`)!.read();
    assert.equal(stored.buffer, bytes.buffer, name);
    assert.equal(stored.byteOffset % 64, 0);
  }
  assert.notEqual((await zip.get("zeros/weights.npy")!.read()).buffer, bytes.buffer);
});

Deno.test("the same members give the same bytes", () => {
  assert.deepEqual(write(members()), write(members()));
});

Deno.test("large parts are not copied, and members are requested one by one", () => {
  const data = new Uint8Array(noise(300_000).buffer);
  let requested = 0;
  const generator = writeNpz(function* () {
    for (; requested < 2; requested++) {
      yield { name: `${requested}`, parts: [encode("header"), data] };
    }
  }());
  generator.next();
  generator.next();
  assert.equal(generator.next().value, data);
  assert.equal(requested, 0);
});

Deno.test("two members of the same name are refused", () => {
  const member = { name: "a", parts: [] };
  assert.throws(() => write([member, member]), {
    message: 'Cannot write the npz: there are two members "a"',
  });
});

Deno.test("too many members are refused", () => {
  const many = Array.from({ length: 65_535 }, (_, i) => ({ name: `${i}`, parts: [] }));
  assert.throws(() => write(many), /at most 65534 fit/);
  assert.equal(readZip(write(many.slice(1))).names.length, 65_534);
});

Deno.test("shared memory is copied, since a Blob refuses it", async () => {
  const shared = new Uint8Array(new SharedArrayBuffer(4));
  shared[3] = 7;
  const blob = new Blob([...writeNpz([{ name: "a", parts: [shared] }])]);
  assert.deepEqual((await blob.bytes()).subarray(64, 68), Uint8Array.of(0, 0, 0, 7));
});
