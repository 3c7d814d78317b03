import assert from "node:assert/strict";
import { PictureInput } from "../../cli/picture_input.ts";
import { readMean } from "../../mod.ts";
import type { Network } from "../../runtime/mod.ts";
import { filesOf, names } from "../datasets/fixtures.ts";
import { plain } from "../preprocessing.ts";
import type { Folder } from "./command.ts";
import { samples, withDigits } from "./digits.ts";

function addDataSet(folder: Folder, name: "lmdb" | "leveldb"): void {
  Deno.mkdirSync(folder.at(name));
  for (const [file, bytes] of Object.entries(filesOf(name))) folder.write(`${name}/${file}`, bytes);
}

Deno.test("validate and mean read LMDB and LevelDB as they read the same pictures", async () => {
  using folder = await withDigits();
  addDataSet(folder, "lmdb");
  addDataSet(folder, "leveldb");
  folder.write("list.txt", names.map((name) => `${samples}${name} ${name[0]}\n`).join(""));
  const validate = (from: string) => folder.done("validate", "m.npz", from, "--device", "cpu");
  const expected = await validate("list.txt");
  assert.equal(await validate("lmdb"), expected);
  assert.equal(await validate("leveldb"), expected);
  assert.equal(await validate("lmdb/data.mdb"), expected);

  const mean = async (...from: string[]) => {
    await folder.done("mean", ...from, "-o", "mean.npy");
    return readMean(Deno.readFileSync(folder.at("mean.npy")));
  };
  const means = await mean("--grey", ...names.map((name) => samples + name));
  assert.deepEqual(await mean("lmdb"), means);
  assert.deepEqual(await mean("leveldb"), means);
});

Deno.test("pictures of a data set are cropped to the input, neither resized nor reordered", async () => {
  const preprocessing = { ...plain, channelOrder: "rgb", resize: { short: 9 }, mean: [1] } as const;
  const inputs = [{ name: "data", shape: [1, 3, 1, 2] }];
  const input = new PictureInput({ inputs, preprocessing } as unknown as Network, "classify");
  const planes = [[10, 11, 12, 13], [20, 21, 22, 23], [30, 31, 32, 33]] as const;
  const data = planes[0].flatMap((_, i) => [planes[2][i]!, planes[1][i]!, planes[0][i]!, 255]);
  const content = { width: 4, height: 1, data: Uint8Array.from(data) };
  const onError = (_: number, error: Error) => assert.fail(error);
  assert.deepEqual(await input.read([{ name: "entry 1", content, isGrey: false }], onError), {
    data: { shape: [1, 3, 1, 2], data: Float32Array.of(10, 11, 20, 21, 30, 31) },
  });
});

Deno.test("a folder that is no data set, and a root for one, are refused", async () => {
  using folder = await withDigits();
  addDataSet(folder, "lmdb");
  const error = async (...args: string[]) => {
    const { code, stderr } = await folder.kaffe("validate", "m.npz", ...args, "--device", "cpu");
    assert.ok(code > 0);
    return stderr;
  };
  assert.match(
    await error("."),
    /^Cannot read \.: it is a folder, but neither an LMDB with a data.+; pictures are named one by one/,
  );
  assert.match(await error("lmdb", "--root", "."), /--root is for lists, not for a data set/);
  Deno.writeFileSync(folder.at("lmdb/data.mdb"), new Uint8Array(5000));
  assert.match(await error("lmdb"), /^Cannot read lmdb\/data\.mdb: it is no LMDB\n/);
});
