/**
 * What the page says of a network that it cannot convert, or not all of it.
 */
import assert from "node:assert/strict";
import { example, onPage, text } from "./on_page.ts";

onPage(
  "of a network with an unsupported layer, the part before it is shown and runs",
  async (open) => {
    const { page } = open;
    const { bytes } = example("deploy.prototxt");
    const network = new TextDecoder().decode(bytes).replace("Softmax", "Softmux");
    await open.drop(
      { name: "deploy.prototxt", bytes: new TextEncoder().encode(network) },
      example("digits.caffemodel"),
    );
    await page.getByRole("heading", { name: "digits" }).waitFor();
    const problem = page.getByText("Cannot convert the whole network: a layer has an unsupported");
    await problem.waitFor();
    assert.match(await open.alert(), /layer "prob" \(Softmux\) \(did you mean "Softmax"\?\)/);
    assert.match(await open.alert(), /ends before them, at ip2; kaffe convert --layers takes/);
    assert.equal(await page.locator(".step", { hasText: "ip2" }).count(), 1);

    const box = (await page.getByLabel("A pad to draw on").boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height - 20);
    await page.mouse.up();
    await page.locator(".classes li").first().waitFor();
    assert.ok(await problem.isVisible());
    const source = new TextDecoder().decode(await open.save("Class"));
    assert.match(source, /"ip2"/);
    assert.doesNotMatch(source, /prob/);

    await page.getByRole("button", { name: "Close", exact: true }).click();
    await page.getByText("Try the digits").click();
    await page.getByRole("heading", { name: "digits" }).waitFor();
    assert.equal(await page.getByRole("alert").count(), 0);
    assert.deepEqual(open.errors, []);
  },
);

onPage("messages name options of the command line where the page has none", async (open) => {
  const { page } = open;
  const pooling = `layer { name: "pool" type: "Pooling" bottom: "data" top: "pool"
    pooling_param { kernel_size: 2 } }`;
  await open.drop(text("no_shape.prototxt", `input: "data" ${pooling}`));
  await page.getByRole("alert").waitFor();
  assert.match(await open.alert(), / set it with --input-shape data=N,C,H,W\n[^]*kaffe convert/);

  await open.drop(text(
    "crop.prototxt",
    `input: "data" input_shape { dim: 1 dim: 3 dim: 8 dim: 8 } ${pooling}
      layer { name: "crop" type: "Crop" bottom: "data" bottom: "pool" top: "crop" }`,
  ));
  await page.getByText("1 warning").click();
  await page.getByText("set --align-crops").waitFor();

  await open.drop(text(
    "mean.prototxt",
    `layer { name: "data" type: "Data" top: "data"
      transform_param { mean_file: "mean.binaryproto" crop_size: 8 } } ${pooling}`,
  ));
  await page.getByText("2 warnings").click();
  await page.getByText("set it with its .binaryproto, dropped here").waitFor();
  assert.deepEqual(open.errors, []);
});
