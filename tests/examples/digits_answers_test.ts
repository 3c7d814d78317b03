/**
 * The digits example: its accuracy, and the demo.
 */
import assert from "node:assert/strict";
import { decodeImage } from "../../cli/images.ts";
import { freshDrawings, size } from "../../examples/digits/draw.ts";
import { greyScale } from "../../examples/digits/input.ts";
import { convert, type Model, writeBundle } from "../../mod.ts";
import { largest, Network, preprocess } from "../../runtime/mod.ts";
import { countCorrect } from "../../scripts/digits/answers.ts";
import { hasGpu } from "../gpu.ts";

const root = new URL("../../", import.meta.url);
const example = new URL("examples/digits/", root);
const devices = [["cpu", false], ["reference", false], ["gpu", !hasGpu]] as const;

for (const [device, ignore] of devices) {
  Deno.test({
    name: `at least 950 of 1000 new drawings are classified correctly on the ${device}`,
    ignore,
    async fn() {
      const network = await load(fromBoth(), device);
      // Training used seeds from 1000 on.
      const correct = await countCorrect(network, freshDrawings(1000, 77), 100);
      network.destroy();
      assert.ok(correct >= 950, `${correct} are correct`);
    },
  });

  Deno.test({
    name: `all samples are classified correctly on the ${device}`,
    ignore,
    async fn() {
      const network = await load(fromBoth(), device);
      const samples = new URL("samples/", example);
      for (const { name } of Deno.readDirSync(samples)) {
        const image = await decodeImage(Deno.readFileSync(new URL(name, samples)), name);
        const data = preprocess(image, network.preprocessing!, [1, size, size]);
        const { prob } = await network.run({ data });
        assert.equal(network.labels![largest(prob!.data, 1)[0]!.index], name[0], name);
      }
      network.destroy();
    },
  });
}

Deno.test("the caffemodel of the digits is a complete network", () => {
  const [alone, both] = [convert(read("digits.caffemodel")), fromBoth()];
  assert.deepEqual(alone.summary, both.summary);
  assert.deepEqual(alone.graph, both.graph);
});

Deno.test("the demo classifies all samples and at least 190 of 200 new drawings correctly", async () => {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "-A", new URL("scripts/demo.ts", root).href],
    env: { NO_COLOR: "1" },
  }).output();
  const [output, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assert.equal(code, 0, output! + errors);
  assert.equal(output!.match(/ correct /g)?.length, 12);
  assert.match(output!, /gives bit-identical results/);
  assert.match(output!, /Of 200 new drawings, .* (19\d|200) are classified correctly/);
});

function read(name: string) {
  return { bytes: Deno.readFileSync(new URL(name, example)), name };
}

/** The model of the prototxt and the caffemodel. */
function fromBoth(): Model {
  return convert(read("deploy.prototxt"), {
    caffemodel: read("digits.caffemodel"),
    labels: Deno.readTextFileSync(new URL("labels.txt", example)).trimEnd().split("\n"),
    preprocessing: { scale: greyScale },
  });
}

function load(model: Model, device: "cpu" | "reference" | "gpu"): Promise<Network> {
  const parts = [...writeBundle(model)];
  return Network.load(new Blob(parts), { device });
}
