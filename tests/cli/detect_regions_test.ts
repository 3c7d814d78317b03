import assert from "node:assert/strict";
import { decodeImage, encodePng } from "../../cli/images.ts";
import { boxesInRegions, regionDetectionOf } from "../../lib/answers/regions.ts";
import { convert, writeBundle } from "../../mod.ts";
import { Network } from "../../runtime/network.ts";
import { preprocess } from "../../runtime/preprocess.ts";
import { topologies } from "../topologies/mod.ts";
import { weightsFor } from "../topologies/weights.ts";
import { Folder } from "./command.ts";

const cpu = ["--device", "cpu"];

Deno.test("a region-based detector is fed the picture's size and scale", async () => {
  using folder = new Folder();
  const { build, small } = topologies.find(({ name }) => name === "Faster R-CNN ZF")!;
  const bytes = new TextEncoder().encode(build(small));
  const model = convert({ bytes, name: "net" }, {
    caffemodel: { bytes: weightsFor(bytes, new Map()), name: "net.caffemodel" },
    preprocessing: { mean: [104, 117, 123] },
  });
  const bundle = await new Blob([...writeBundle(model)]).bytes();
  folder.write("m.npz", bundle);
  const [width, height] = [80, 60];
  const data = Uint8ClampedArray.from({ length: width * height * 4 }, (_, i) => i * i % 251);
  folder.write("a.png", await encodePng({ width, height, data }));
  const words = ["detect", "m.npz", "a.png", "--least", "0.05", "--json", ...cpu];
  const [{ boxes }] = JSON.parse(await folder.done(...words));
  assert.ok(boxes.length > 0);

  // The same step by step: pictures are resized to at most 120 × 160 pixels.
  const network = await Network.load(bundle, { device: "cpu", onNotice() {} });
  const { preprocessing } = network, resize = { exact: [120, 160] } as const;
  const file = await decodeImage(Deno.readFileSync(folder.at("a.png")), "a.png");
  const picture = preprocess(file, { ...preprocessing!, resize }, [3, 120, 160]);
  const outputs = await network.run({
    data: { shape: [1, 3, 120, 160], data: picture },
    im_info: [120, 160, 2],
  }, { outputs: ["rois", "cls_prob", "bbox_pred"] });
  network.destroy();
  const detection = { ...regionDetectionOf(model.graph)!, regions: "rois" };
  const size = [height, width] as const;
  const expected = boxesInRegions(detection, { outputs, labels: null, preprocessing, size });
  assert.deepEqual(
    boxes,
    expected.map((box) => ({
      ...box,
      left: box.left * width,
      top: box.top * height,
      right: box.right * width,
      bottom: box.bottom * height,
    })),
  );
  const scoresAbove = async (least: number) => {
    const words = ["detect", "m.npz", "a.png", "--least", `${least}`, "--json", ...cpu];
    const [{ boxes }] = JSON.parse(await folder.done(...words));
    return boxes.map(({ score }: { score: number }) => score) as number[];
  };
  const low = await scoresAbove(0.001);
  assert.ok(low.at(-1)! < 0.05, `${low}`);
  assert.deepEqual(
    low.filter((score) => score > 0.05),
    boxes.map(({ score }: typeof boxes[0]) => score),
  );
  const { code, stderr } = await folder.kaffe(...words, "--batch", "2");
  assert.equal(code, 1);
  assert.match(
    stderr,
    /^Cannot detect in 2 pictures at once: the network gives the boxes of one picture; leave out --batch$/m,
  );
});

Deno.test("a picture that is too thin for a detector does not stop the others", async () => {
  using folder = new Folder();
  const { build, small } = topologies.find(({ name }) => name === "R-FCN ResNet-50")!;
  const bytes = new TextEncoder().encode(build(small));
  const caffemodel = { bytes: weightsFor(bytes, new Map()), name: "net.caffemodel" };
  const model = convert({ bytes, name: "net" }, { caffemodel, preprocessing: { mean: [1, 2, 3] } });
  folder.write("m.npz", await new Blob([...writeBundle(model)]).bytes());
  for (const [name, width, height] of [["thin", 1, 400], ["wide", 160, 120]] as const) {
    const data = new Uint8ClampedArray(width * height * 4).fill(99);
    folder.write(`${name}.png`, await encodePng({ width, height, data }));
  }
  const words = ["detect", "m.npz", "thin.png", "wide.png", "--json", ...cpu];
  const { code, stdout, stderr } = await folder.kaffe(...words);
  assert.equal(code, 1);
  const answers = JSON.parse(stdout);
  assert.deepEqual(answers.map(({ file }: { file: string }) => file), ["thin.png", "wide.png"]);
  assert.ok(Array.isArray(answers[1].boxes));
  assert.match(
    stderr,
    /^Cannot show thin\.png to the network: .*"data" is \[1, 3, 160, 1\].*its kernel .* does not fit/m,
  );
});
