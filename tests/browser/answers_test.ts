/**
 * The answers that the page shows for a picture: boxes, class maps, and output pictures.
 */
/// <reference lib="dom" />
import assert from "node:assert/strict";
import { encodePng } from "../../cli/images.ts";
import { writeCaffemodel } from "../../mod.ts";
import { example, onPage, text } from "./on_page.ts";

onPage("detected boxes are drawn on the picture", async (open) => {
  const { page } = open;
  const head = (name: string, outputs: number) => `
    layer { name: "${name}" type: "Convolution" bottom: "pool" top: "${name}"
      convolution_param { num_output: ${outputs} kernel_size: 1 } }
    layer { name: "${name}/flat" type: "Flatten" bottom: "${name}" top: "${name}/flat" }`;
  const zeros = (outputs: number) => [
    { shape: [outputs, 3, 1, 1], data: new Float32Array(outputs * 3) },
    { shape: [outputs], data: new Float32Array(outputs) },
  ];
  const layer = (name: string, outputs: number) => {
    return { name, type: "", bottoms: [], tops: [], blobs: zeros(outputs) };
  };
  // One prior in the middle, half as large as what the network sees; both classes are equal.
  await open.drop(
    text(
      "deploy.prototxt",
      `name: "finder" input: "data" input_shape { dim: 1 dim: 3 dim: 32 dim: 32 }
      layer { name: "pool" type: "Pooling" bottom: "data" top: "pool"
        pooling_param { pool: AVE global_pooling: true } }
      ${head("loc", 4)} ${head("conf", 2)}
      layer { name: "prior" type: "PriorBox" bottom: "pool" bottom: "data" top: "prior"
        prior_box_param { min_size: 16 variance: 0.1 } }
      layer { name: "prob" type: "Softmax" bottom: "conf/flat" top: "prob" }
      layer { name: "found" type: "DetectionOutput" bottom: "loc/flat" bottom: "prob"
        bottom: "prior" top: "found"
        detection_output_param { num_classes: 2 confidence_threshold: 0.3 } }`,
    ),
    {
      name: "net.caffemodel",
      bytes: writeCaffemodel({ name: "finder", layers: [layer("loc", 4), layer("conf", 2)] }),
    },
    text("labels.txt", "nothing\nthing <b>"),
  );
  await page.getByRole("heading", { name: "finder" }).waitFor();
  await page.getByText("Preprocessing of pictures").click();
  await page.getByLabel("Resize to").fill("64 x 32");
  await page.getByLabel("Resize to").press("Enter");
  await page.getByLabel("Then crop").fill("32");
  await page.getByLabel("Then crop").press("Enter");
  await open.drop({ name: "7.png", bytes: example("samples/7_barred.png").bytes });
  const box = page.locator(".found-box");
  await box.waitFor();
  assert.equal(await box.innerText(), "thing <b> 50 %");
  // The middle half of the picture's width was seen, and all of its height.
  const part = await box.evaluate((element) => {
    const { left, top, width, height } = (element as HTMLElement).style;
    return [left, top, width, height];
  });
  assert.deepEqual(part, ["37.5%", "25%", "25%", "50%"]);
  assert.deepEqual(open.errors, []);
});

onPage("a class map is drawn over the picture, with the shares of its classes", async (open) => {
  const { page } = open;
  // The class of a pixel is the strongest colour in an average of 4 × 4 pixels.
  await open.drop(
    text(
      "deploy.prototxt",
      `name: "strongest" input: "data" input_shape { dim: 1 dim: 3 dim: 32 dim: 32 }
      layer { name: "pool" type: "Pooling" bottom: "data" top: "pool"
        pooling_param { pool: AVE kernel_size: 4 stride: 4 } }
      layer { name: "prob" type: "Softmax" bottom: "pool" top: "prob" }`,
    ),
    text("labels.txt", "sea\n<i>grass\nfire"),
  );
  await page.getByRole("heading", { name: "strongest" }).waitFor();
  await page.getByText("Preprocessing of pictures").click();
  await page.getByLabel("Resize to").fill("64 x 32");
  await page.getByLabel("Resize to").press("Enter");
  await page.getByLabel("Then crop").fill("32");
  await page.getByLabel("Then crop").press("Enter");
  const colours = [[255, 0, 0], [0, 0, 255], [0, 255, 0], [0, 255, 0]];
  const data = Uint8ClampedArray.from({ length: 64 * 32 * 4 }, (_, i) => {
    return i % 4 === 3 ? 255 : colours[Math.floor(i / 4) % 64 >> 4]![i % 4]!;
  });
  await open.drop({ name: "stripes.png", bytes: await encodePng({ width: 64, height: 32, data }) });

  const shares = page.locator(".shares li");
  await shares.first().waitFor();
  assert.deepEqual(
    (await shares.allInnerTexts()).map((text) => text.replace(/\s+/g, " ").trim()),
    ["sea 50.00 %", "<i>grass 50.00 %"],
  );
  const map = page.getByRole("img", { name: "The class map" });
  const seen = await map.evaluate((canvas) => {
    const { width, height } = canvas as HTMLCanvasElement;
    const pixels = (canvas as HTMLCanvasElement).getContext("2d")!
      .getImageData(0, 0, width, height).data;
    const picture = document.querySelector(".picture img")!.getBoundingClientRect();
    const { left, top, width: across, height: down } = canvas.getBoundingClientRect();
    return {
      size: [width, height],
      corners: [[...pixels.subarray(0, 4)], [...pixels.subarray(-4)]],
      place: [
        (left - picture.left) / picture.width,
        (top - picture.top) / picture.height,
        across / picture.width,
        down / picture.height,
      ],
    };
  });
  assert.deepEqual(seen.size, [8, 8]);
  assert.deepEqual(seen.corners, [[0, 0, 0, 255], [128, 0, 0, 255]]);
  // The middle half of the picture's width was seen, and all of its height.
  [0.25, 0, 0.5, 1].forEach((part, i) => assert.ok(Math.abs(seen.place[i]! - part) < 0.01));
  const swatch = shares.nth(1).locator(".swatch");
  const colour = await swatch.evaluate((element) => getComputedStyle(element).backgroundColor);
  assert.equal(colour, "rgb(128, 0, 0)");
  assert.deepEqual(open.errors, []);
});

onPage("the output picture of a network is shown", async (open) => {
  const { page } = open;
  // Three times as large, and dark where the picture is light.
  await open.drop(text(
    "deploy.prototxt",
    `name: "negative" input: "data" input_shape { dim: 1 dim: 3 dim: 28 dim: 28 }
    layer { name: "dark" type: "Power" bottom: "data" top: "dark"
      power_param { scale: -1 shift: 255 } }
    layer { name: "large" type: "Interp" bottom: "dark" top: "large"
      interp_param { height: 84 width: 84 } }`,
  ));
  await page.getByRole("heading", { name: "negative" }).waitFor();
  await open.drop({ name: "7.png", bytes: example("samples/7_barred.png").bytes });
  const made = page.getByRole("img", { name: "The output picture" });
  await made.waitFor();
  const pixels = await made.evaluate((canvas) => {
    const { width, height } = canvas as HTMLCanvasElement;
    const { data } = (canvas as HTMLCanvasElement).getContext("2d")!
      .getImageData(0, 0, width, height);
    return { width, height, corner: [...data.subarray(0, 4)] };
  });
  assert.deepEqual(pixels, { width: 84, height: 84, corner: [255, 255, 255, 255] });
  assert.deepEqual(open.errors, []);
});
