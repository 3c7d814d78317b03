/**
 * The page in a browser: models are dropped, converted, run and saved, and text in files is never
 * executed.
 */
/// <reference lib="dom" />
import assert from "node:assert/strict";
import { readZip } from "../../runtime/bundle/zip.ts";
import { Folder, pathOf } from "../cli/command.ts";
import { hasShared, shared } from "../shared.ts";
import { type GivenFile, hasBrowser, OpenPage } from "./browser.ts";
import { example, onPage, text } from "./on_page.ts";

onPage("digits are converted, recognised and saved as on the command line", async (open) => {
  const { page } = open;
  await open.drop(
    example("deploy.prototxt"),
    example("digits.caffemodel"),
    example("labels.txt"),
  );
  await page.getByRole("heading", { name: "digits" }).waitFor();
  await page.getByText("Preprocessing of pictures").click();
  await page.getByLabel("Then multiply by").fill("0.00390625");
  await page.getByLabel("Then multiply by").press("Enter");

  await page.getByLabel("Runs on").selectOption("gpu");
  const pad = (await page.getByLabel("A pad to draw on").boundingBox())!;
  const move = (x: number, y: number) =>
    page.mouse.move(pad.x + pad.width * x, pad.y + pad.height * y, { steps: 5 });
  await move(0.3, 0.25);
  await page.mouse.down();
  await move(0.7, 0.25);
  await move(0.42, 0.8);
  await page.mouse.up();
  const best = page.locator(".classes li").first();
  await best.waitFor();
  assert.match(await best.innerText(), /^7\s+(9\d|100)\.\d\d %/);
  assert.match(await page.locator(".timing").innerText(), / m?s per run.* on (?!.*CPU)/);

  const actual = await open.save("Bundle model.npz");
  using folder = new Folder();
  const files = ["deploy.prototxt", "digits.caffemodel", "labels.txt"]
    .map((name) => pathOf(`examples/digits/${name}`));
  await folder.done(
    ...["convert", files[0]!, "--caffemodel", files[1]!, "--labels", files[2]!],
    ...["--input-scale", "0.00390625", "--data-output-path", "model.npz"],
  );
  assert.deepEqual(actual, Deno.readFileSync(folder.at("model.npz")));
  assert.deepEqual(open.errors, []);
});

onPage("the layers of a bundle are inspected by the keyboard", async (open) => {
  const { page } = open;
  await page.getByText("Try the digits").click();
  await page.getByRole("heading", { name: "digits" }).waitFor();
  const bytes = await open.save("float16");
  const zip = readZip(await open.save("TensorFlow.js"));
  assert.deepEqual(zip.names, ["group1-shard1of1.bin", "model.json"]);
  const onnx = await open.save("ONNX");
  // First stands the version of the format.
  assert.deepEqual([...onnx.subarray(0, 2)], [8, 8]);
  assert.ok(onnx.length > 180_000, `${onnx.length} bytes`);
  await open.drop({ name: "model.npz", bytes });
  // A bundle knows ops, and no types of layers.
  await page.locator(".step .type", { hasText: "conv2d" }).first().waitFor();

  await page.getByRole("application").focus();
  for (const key of ["ArrowDown", "ArrowDown"]) await page.keyboard.press(key);
  const chosen = page.getByRole("region", { name: "Layer conv1" });
  await chosen.getByRole("img", { name: "The 12 filters of conv1" }).waitFor();
  assert.equal(await chosen.getByRole("img", { name: /^Histogram from/ }).count(), 2);
  assert.match(await chosen.innerText(), /Parameters\s+312/);
  const higher = await page.evaluate(() => {
    const { scrollHeight, clientHeight } = document.documentElement;
    return scrollHeight - clientHeight;
  });
  assert.equal(higher, 0, "the page is as high as the window, whatever is chosen");

  await page.getByRole("searchbox").fill("ip");
  assert.deepEqual(await page.locator("tbody th").allInnerTexts(), ["ip1", "ip2"]);
  await page.getByRole("button", { name: "ip2" }).press("Enter");
  await page.getByRole("region", { name: "Layer ip2" }).waitFor();
  assert.deepEqual(open.errors, []);
});

onPage("on a narrow page nothing is cut off or covered", async (open) => {
  const { page } = open;
  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByText("Try the digits").click();
  await page.getByRole("heading", { name: "digits" }).waitFor();
  const boxOf = async (locator: ReturnType<typeof page.locator>) => (await locator.boundingBox())!;
  const last = await boxOf(page.locator(".step", { hasText: "prob" }));
  const zoom = await boxOf(page.getByRole("group", { name: "Zoom" }));
  assert.ok(last.y + last.height <= zoom.y, `${last.y + last.height} and ${zoom.y}`);

  await page.getByText("Save", { exact: true }).click();
  for (const item of await page.locator(".menu .items button").all()) {
    const { x, width } = await boxOf(item);
    assert.ok(x >= 0 && x + width <= 390, `from ${x}, ${width} wide`);
  }
  await page.keyboard.press("Escape");
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);

  await page.setViewportSize({ width: 1000, height: 700 });
  const device = await boxOf(page.getByLabel("Runs on"));
  const side = await boxOf(page.getByRole("complementary", { name: "Running" }));
  assert.ok(device.x + device.width <= side.x + side.width - 16);
  assert.ok((await boxOf(page.getByRole("main"))).width > 450);
});

onPage(
  "a layer chosen with the mouse frames no drawing, and costs share a baseline",
  async (open) => {
    const { page } = open;
    await page.getByText("Try the digits").click();
    await page.locator(".step", { hasText: "conv1" }).click();
    const drawing = page.getByRole("application");
    const outline = () => drawing.evaluate((svg) => getComputedStyle(svg).outlineStyle);
    assert.equal(await outline(), "none");
    await page.keyboard.press("ArrowDown");
    assert.equal(await outline(), "solid");

    await page.getByRole("button", { name: "Layers" }).click();
    const meters = await page.locator(".share").all();
    const lefts = await Promise.all(meters.map(async (meter) => (await meter.boundingBox())!.x));
    assert.equal(lefts.length, 4);
    assert.equal(new Set(lefts.map(Math.round)).size, 1, lefts.join(", "));
  },
);

onPage("the camera is classified, and the values of a layer are shown", async (open) => {
  const { page } = open;
  await page.getByText("Try the digits").click();
  await page.getByRole("button", { name: "Camera" }).click();
  await page.locator(".classes li").first().waitFor();
  await page.locator(".step", { hasText: "conv1" }).click();
  const image = page.getByRole("img", { name: "The values of conv1, 12 channels" });
  await image.waitFor();
  const colours = await image.evaluate((canvas) => {
    const { width, height } = canvas as HTMLCanvasElement;
    const { data } = (canvas as HTMLCanvasElement).getContext("2d")!
      .getImageData(0, 0, width, height);
    return new Set(new Uint32Array(data.buffer)).size;
  });
  assert.ok(colours > 100, `there are ${colours} colours`);
  assert.deepEqual(open.errors, []);
});

onPage("unreadable files are refused in one sentence, and names are not executed", async (open) => {
  const { page } = open;
  const { bytes } = example("digits.caffemodel");
  await open.drop(
    example("deploy.prototxt"),
    { name: "digits.caffemodel", bytes: bytes.subarray(0, bytes.length / 2) },
  );
  assert.match(await open.alert(), /^Cannot read digits\.caffemodel.*: .+/);
  assert.equal(await page.getByRole("alert").count(), 1);

  const script = "<img src=x onerror=alert(1)><script>alert(2)</script>";
  const layer = (type: string) => `
    name: "${script}" input: "data" input_shape { dim: 1 dim: 3 dim: 4 dim: 4 }
    layer { name: "${script}" type: "${type}" bottom: "data" top: "${script}" }`;
  await open.drop(text("evil.prototxt", layer("Unknown<b>")));
  await page.getByText("a layer has an unsupported type").waitFor();
  assert.match(await open.alert(), /layer "<img src=x .*\(Unknown<b>\)/);

  await open.drop(text("evil.prototxt", layer("ReLU")));
  await page.getByRole("heading", { name: script }).waitFor();
  await page.locator(".step").nth(1).click();
  await page.getByRole("button", { name: "Run on noise" }).or(page.getByLabel("Drop a picture"))
    .first().waitFor();
  await page.getByRole("button", { name: "Layers" }).click();
  assert.equal(await page.locator("tbody th").nth(1).innerText(), script);
  assert.equal(await page.locator("#app img, #app script").count(), 0);
  assert.deepEqual(open.errors, []);
});

onPage("the security policy allows only files of the page", async (open) => {
  const { page, address } = open;
  const response = await fetch(address);
  const policy = response.headers.get("content-security-policy")!;
  assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval|data:|https?:|\*/);
  assert.ok((await response.text()).includes(policy.split("; frame-ancestors")[0]!));
  const done = await page.evaluate(async () => {
    const script = document.createElement("script");
    script.textContent = "globalThis.wasRun = true";
    document.body.append(script);
    // The test itself may evaluate what it likes, but what the page does later may not.
    const evaluated = await new Promise((resolve) => {
      setTimeout(() => {
        try {
          resolve(new Function("return true")());
        } catch {
          resolve(false);
        }
      });
    });
    return { wasRun: "wasRun" in globalThis, evaluated };
  });
  assert.deepEqual(done, { wasRun: false, evaluated: false });
});

Deno.test({
  name: "without a GPU the page says so, and runs on the CPU",
  ignore: !hasBrowser,
  sanitizeOps: false,
  sanitizeResources: false,
  async fn() {
    await using open = await OpenPage.open(false);
    const { page } = open;
    await page.getByText(/^This browser (finds no GPU|has no WebGPU)/).waitFor();
    await page.getByText("Try the digits").click();
    await page.getByLabel("A pad to draw on").click();
    await page.locator(".timing", { hasText: "on the CPU" }).waitFor();

    await page.getByLabel("Runs on").selectOption("gpu");
    await page.getByLabel("A pad to draw on").click();
    assert.match(await open.alert(), /^Cannot find a GPU: /);

    // The camera waits until somebody has done something about it.
    await page.getByRole("button", { name: "Camera" }).click();
    await page.getByRole("button", { name: "Start the camera again" }).waitFor();
    assert.match(await open.alert(), /^Cannot find a GPU: /);
    await page.getByLabel("Runs on").selectOption("cpu");
    await page.locator(".timing", { hasText: "on the CPU" }).waitFor();
    assert.equal(await page.getByRole("alert").count(), 0);
  },
});

onPage("settings are kept while others change", async (open) => {
  const { page } = open;
  await open.drop(...["deploy.prototxt", "digits.caffemodel"].map(example));
  await page.getByRole("heading", { name: "digits" }).waitFor();
  await page.getByText("Preprocessing of pictures").click();
  const subtract = page.getByLabel("Subtract"), crop = page.getByLabel("Then crop");
  await subtract.fill("12");
  // Two settings change before the page is drawn again.
  await page.locator(".settings").evaluate((form) => {
    for (const [hint, value] of [["256", "30"], ["224", "28"]]) {
      const field = form.querySelector<HTMLInputElement>(`input[placeholder^="${hint}"]`)!;
      field.value = value!;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
  for (let i = 0; i < 1000 && await crop.inputValue() !== "28 × 28"; i++) {
    await page.waitForTimeout(20);
  }
  assert.equal(await crop.inputValue(), "28 × 28");
  assert.equal(await page.getByLabel("Resize to").inputValue(), "30");
  assert.equal(await subtract.inputValue(), "12", "what is typed meanwhile");
  assert.deepEqual(open.errors, []);
});

onPage("an unreadable mean does not close the model", async (open) => {
  const { page } = open;
  await page.getByText("Try the digits").click();
  await page.getByRole("heading", { name: "digits" }).waitFor();
  await open.drop(text("mean.npy", "no array"));
  assert.match(await open.alert(), /^Cannot read mean\.npy: /);
  await page.getByRole("heading", { name: "digits" }).waitFor();
  await page.getByLabel("A pad to draw on").click();
  await page.locator(".classes li").first().waitFor();
  assert.equal(await page.getByRole("alert").count(), 0);
  assert.deepEqual(open.errors, []);
});

onPage("SqueezeNet gives Caffe's answers", async (open) => {
  const { page } = open;
  const read = (path: string): GivenFile => {
    const name = path.split("/").at(-1)!;
    return { name, bytes: Deno.readFileSync(new URL(path, shared)) };
  };
  await open.drop(
    read("models/squeezenet_v1.0/deploy.prototxt"),
    read("models/squeezenet_v1.0/squeezenet_v1.0.caffemodel"),
    read("images/labels.txt"),
  );
  await page.getByText("Preprocessing of pictures").click();
  await page.getByLabel("Subtract").fill("104, 117, 123");
  await page.getByLabel("Subtract").press("Enter");
  await page.getByLabel("Runs on").selectOption("gpu");
  const best = page.locator(".classes li").first();
  await open.drop(read("images/cat.jpg"));
  await best.waitFor();
  assert.match(await best.innerText(), /kit fox/);
  await open.drop(read("images/imagenet_samples/n01675722_banded_gecko.JPEG"));
  await page.getByText("banded gecko").waitFor();
  assert.match(await best.innerText(), /banded gecko\s+8[67]\.\d+ %/);
  assert.deepEqual(open.errors, []);
}, !hasShared("images/cat.jpg"));
