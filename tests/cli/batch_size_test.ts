import assert from "node:assert/strict";
import { greyPng } from "../pixels.ts";
import { Folder } from "./command.ts";

const head = `input: "data" input_shape { dim: 1 dim: 3 dim: 2 dim: 4 }`;
const sums = `layer { name: "sums" type: "InnerProduct" bottom: "r" top: "sums"
  inner_product_param { num_output: 2 weight_filler { value: 1 } } }`;
const means = `layer { name: "sums" type: "Pooling" bottom: "r" top: "sums"
  pooling_param { pool: AVE global_pooling: true } }`;

function reshape(...dims: readonly number[]) {
  const shape = dims.map((dim) => `dim: ${dim}`).join(" ");
  return `layer { name: "r" type: "Reshape" bottom: "data" top: "r"
    reshape_param { shape { ${shape} } } }`;
}

/** Converts a network, and writes two pictures. */
async function withPictures(network: string): Promise<Folder> {
  const folder = new Folder();
  folder.write("net", network);
  await folder.done("convert", "net", "-o", "m.npz");
  folder.write("a.png", await greyPng(4, 2, 50));
  folder.write("b.png", await greyPng(4, 2, 200));
  return folder;
}

const words = ["a.png", "b.png", "--device", "cpu"];

for (
  const [what, network, reason] of [
    [
      "refuses more",
      head + reshape(1, 24) + sums,
      '"r" (reshape): its input [2, 3, 2, 4] has 48 elements, which do not fit into [1, 24]',
    ],
    [
      "would mix them",
      head + reshape(1, 3, -1, 4) + means,
      '"r" reshapes several samples as if they were one',
    ],
  ] as const
) {
  Deno.test(`a network for single samples that ${what} runs pictures one by one`, async () => {
    using folder = await withPictures(network);
    await folder.done("run", "m.npz", ...words, "-o", "out.npz");
    const { shape } = (await folder.arrays("out.npz")).get("sums")!;
    assert.equal(shape[0], 2);
    assert.match(await folder.done("classify", "m.npz", ...words), /^a\.png\n[^]*\nb\.png\n/);
    const { code, stderr } = await folder.kaffe(
      ...["run", "m.npz", ...words, "-o", "out.npz", "--batch", "2"],
    );
    assert.equal(code, 1);
    assert.ok(
      stderr.endsWith(`Cannot run 2 pictures at once: ${reason}; leave out --batch\n`),
      stderr,
    );
  });
}

Deno.test("a network that keeps the batch runs pictures at once, as it does one by one", async () => {
  using folder = await withPictures(head + reshape(0, 24) + sums);
  const run = async (batch: string) => {
    await folder.done("run", "m.npz", ...words, "-o", "out.npz", "--batch", batch);
    return (await folder.arrays("out.npz")).get("sums")!;
  };
  const together = await run("2");
  assert.deepEqual(together.shape, [2, 2]);
  assert.deepEqual(together, await run("1"));
});
