/**
 * Inputs on the page: what is shown is the result of the input that is shown, with the settings
 * that are shown.
 */
/// <reference lib="dom" />
import assert from "node:assert/strict";
import { writeNpy } from "../../lib/emit/npy.ts";
import { upgrade } from "../../mod.ts";
import { join } from "../join.ts";
import type { OpenPage } from "./browser.ts";
import { example, onPage, text } from "./on_page.ts";

onPage("results go with their drawing, camera or picture", async (open) => {
  const { page } = open;
  await page.getByText("Try the digits").click();
  const pad = page.getByLabel("A pad to draw on"), best = page.locator(".classes li").first();
  await pad.click();
  await best.waitFor();
  await page.getByRole("button", { name: "Clear" }).click();
  await best.waitFor({ state: "detached" });

  await page.getByRole("button", { name: "Camera" }).click();
  await best.waitFor();
  await page.getByRole("button", { name: "Draw", exact: true }).click();
  await best.waitFor({ state: "detached" });
  await pad.click();
  await best.waitFor();

  await open.drop(text("damaged.jpg", "no picture"));
  assert.match(await open.alert(), /^Cannot read damaged\.jpg: /);
  assert.equal(await best.count(), 0);
  assert.deepEqual(open.errors.filter((error) => !/ERR_FILE|decode/.test(error)), []);
});

onPage("a dot can be drawn", async (open) => {
  const { page } = open;
  await page.getByText("Try the digits").click();
  const pad = page.getByLabel("A pad to draw on");
  await pad.click();
  const centre = await pad.evaluate((canvas) => {
    return (canvas as HTMLCanvasElement).getContext("2d")!.getImageData(140, 140, 1, 1).data[0];
  });
  assert.equal(centre, 255);
});

onPage("a drawing is run again with other settings", async (open) => {
  const { page } = open;
  await open.drop(...["deploy.prototxt", "digits.caffemodel"].map(example));
  const best = page.locator(".classes li").first();
  const { x, y, width, height } = (await page.getByLabel("A pad to draw on").boundingBox())!;
  await page.mouse.move(x + width / 2, y + height / 4);
  await page.mouse.down();
  await page.mouse.move(x + width / 2, y + height * 3 / 4);
  await page.mouse.up();
  await best.waitFor();
  const set = async (field: string, value: string) => {
    await page.getByLabel(field).fill(value);
    await page.getByLabel(field).press("Enter");
  };
  await page.getByText("Preprocessing of pictures").click();
  assert.equal(await best.locator(".score").innerText(), "100.00 %");
  await set("Then multiply by", "1e-9");
  await page.locator(".classes li:first-child .score", { hasNotText: "100.00 %" }).waitFor();
  await set("Subtract", "1, 2");
  assert.match(await open.alert(), /2 means/);
  assert.equal(await best.count(), 0);
  await set("Subtract", "0");
  await best.waitFor();
  assert.equal(await page.getByRole("alert").count(), 0);
  assert.deepEqual(open.errors, []);
});

onPage("an error stays while the camera is on", async (open) => {
  const { page } = open;
  await page.getByText("Try the digits").click();
  await page.getByRole("button", { name: "Camera" }).click();
  await page.locator(".classes li").first().waitFor();
  await open.drop(text("notes.doc", "\0"));
  assert.match(await open.alert(), /^Cannot open notes\.doc: /);
  const timing = page.locator(".timing"), first = await timing.innerText();
  await timing.filter({ hasNotText: first }).waitFor();
  await page.waitForTimeout(200);
  assert.match(await open.alert(), /^Cannot open notes\.doc: /);
});

onPage("files that are dropped one after another are all used, and settings kept", async (open) => {
  const { page } = open;
  await open.drop(...["deploy.prototxt", "digits.caffemodel"].map(example));
  await page.getByText("Preprocessing of pictures").click();
  await page.getByLabel("Then multiply by").fill("0.5");
  await page.getByLabel("Then multiply by").press("Enter");
  await page.getByLabel("A pad to draw on").click();
  await page.locator(".classes li", { hasText: "class" }).first().waitFor();
  const values = Array.from({ length: 28 * 28 }, (_, i) => i % 7);
  await open.drop({
    name: "mean.npy",
    bytes: writeNpy({ shape: [1, 28, 28], data: Float32Array.from(values) }),
  });
  await open.drop(example("labels.txt"));
  await page.locator(".classes li", { hasNotText: "class" }).first().waitFor();
  await page.getByLabel("Subtract (currently a mean image)").waitFor();
  assert.equal(await page.getByLabel("Then multiply by").inputValue(), "0.5");
  assert.deepEqual(open.errors, []);
});

onPage(
  "weights of another network, which their file contains, replace the network",
  async (open) => {
    const { page } = open;
    await page.getByText("Try the digits").click();
    await page.getByRole("heading", { name: "digits" }).waitFor();
    const network = text(
      "other.prototxt",
      `name: "other" input: "data" input_shape { dim: 1 dim: 3 dim: 8 dim: 8 }
    layer { name: "pool" type: "Pooling" bottom: "data" top: "pool"
      pooling_param { kernel_size: 2 stride: 2 } }`,
    );
    const bytes = join(upgrade(network, { format: "binary" }));
    await open.drop({ name: "other.caffemodel", bytes });
    await page.getByRole("heading", { name: "other" }).waitFor();

    await page.getByRole("button", { name: "Close" }).click();
    await page.getByText("Try the digits").click();
    await page.getByRole("heading", { name: "digits" }).waitFor();
    await open.drop({ name: "cut.caffemodel", bytes: bytes.subarray(0, 20) });
    assert.match(await open.alert(), /^Cannot read cut\.caffemodel/);
    assert.equal(await page.getByRole("heading", { name: "digits" }).count(), 1);
  },
);

onPage("a picture that is dropped first is run when a network is open", async (open) => {
  const { page } = open;
  await open.drop({ name: "7.png", bytes: example("samples/7_barred.png").bytes });
  await page.getByText("7.png is shown to the network as soon as one is open.").waitFor();
  await open.drop(...["deploy.prototxt", "digits.caffemodel"].map(example));
  await page.locator(".classes li").first().waitFor();
  await page.getByRole("img", { name: "7.png" }).waitFor();
  assert.deepEqual(open.errors, []);
});

onPage("a network that takes no picture refuses one, and runs on noise alone", async (open) => {
  const { page } = open;
  const sum = text(
    "sum.prototxt",
    `name: "sum" input: "a" input_shape { dim: 1 dim: 9 } input: "b" input_shape { dim: 1 dim: 9 }
      layer { name: "sum" type: "Eltwise" bottom: "a" bottom: "b" top: "sum" }`,
  );
  const picture = { name: "7.png", bytes: example("samples/7_barred.png").bytes };
  const timing = page.locator(".timing");
  await open.drop(sum, picture);
  await page.getByRole("button", { name: "Run on noise" }).waitFor();
  await page.getByLabel("Runs on").selectOption("cpu");
  await page.waitForTimeout(500);
  assert.equal(await page.getByRole("alert").count(), 0, "there is nothing to run yet");
  await page.getByRole("button", { name: "Run on noise" }).click();
  await timing.waitFor();
  await open.drop(picture);
  assert.match(await open.alert(), /^Cannot use 7\.png: .* does not take one picture/);
  assert.ok(await timing.isVisible(), "the result stays");
  await page.getByLabel("Runs on").selectOption("auto");
  await timing.waitFor();
  assert.equal(await page.getByRole("alert").count(), 0);
  assert.deepEqual(open.errors, []);
});

/** Opens a network of one pooling layer with large windows, and runs it on the CPU. */
async function runSlowly(open: OpenPage, name: string, channels: number, kernel: number) {
  await open.drop(text(
    `${name}.prototxt`,
    `input: "data" input_shape { dim: 1 dim: ${channels} dim: 320 dim: 320 }
      layer { name: "${name}" type: "Pooling" bottom: "data" top: "${name}"
        pooling_param { kernel_size: ${kernel} stride: 1 pad: ${kernel >> 1} } }`,
  ));
  await open.page.getByLabel("Runs on").selectOption("cpu");
  await open.page.getByRole("button", { name: "Run on noise" }).click();
}

onPage("a run that takes too long is stopped, and the model stays open", async (open) => {
  const { page } = open;
  await runSlowly(open, "endless", 512, 99);
  await page.getByText("Running …").waitFor();
  await page.getByRole("button", { name: "Stop" }).click();
  await page.locator(".progress").waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Run on noise" }).waitFor();
  assert.equal(await page.locator("h1").innerText(), "endless");
  assert.equal(await page.locator(".timing").count(), 0);
});

onPage("the values of a layer are shown while a slow network is timed", async (open) => {
  const { page } = open;
  await runSlowly(open, "slow", 64, 31);
  const timing = page.locator(".timing");
  await timing.waitFor();
  await page.locator(".step", { hasText: "slow" }).click();
  await page.getByRole("region", { name: "Values of slow" }).waitFor();
  assert.doesNotMatch(await timing.innerText(), /the first/);
  await timing.filter({ hasText: "the first" }).waitFor();
});
