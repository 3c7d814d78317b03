/**
 * Devices: their description and traits.
 */
import assert from "node:assert/strict";
import { describeDevice, openDevice, traitsOf } from "../../runtime/gpu/device.ts";
import { withGlobal } from "../globals.ts";

Deno.test("a device is described without a global navigator", async () => {
  const device = { limits: {}, label: "another" } as unknown as GPUDevice;
  const description = await withGlobal("navigator", undefined, () => traitsOf(device).device);
  assert.equal(description, "another");
});

Deno.test("a GPU with empty adapter information is described as WebGPU", async () => {
  const info = { vendor: "", architecture: "", device: "", description: "" };
  const adapter = {
    ...{ info, limits: {}, features: new Set() },
    requestDevice: ({ label = "" }) => Promise.resolve({ label }),
  };
  const gpu = { requestAdapter: () => Promise.resolve(adapter) };
  assert.equal(describeDevice(await withGlobal("navigator", { gpu }, openDevice)), "WebGPU");
});

Deno.test("by its vendor, a GPU is large or small, and its threads have many registers or few", () => {
  const sizeOf = (adapterInfo?: { vendor?: string }) => {
    const traits = traitsOf({ limits: {}, adapterInfo } as unknown as GPUDevice);
    return [traits.accumulators, traits.concurrency];
  };
  for (const vendor of ["nvidia", "4318", "amd", "4098"]) {
    assert.deepEqual(sizeOf({ vendor }), [16, 256]);
  }
  for (const vendor of ["intel", "32902"]) assert.deepEqual(sizeOf({ vendor }), [4, 64]);
  for (const vendor of ["arm", "5045"]) assert.deepEqual(sizeOf({ vendor }), [2, 64]);
  for (const vendor of ["apple", "qualcomm", "20803"]) {
    assert.deepEqual(sizeOf({ vendor }), [8, 64]);
  }
  for (const info of [{ vendor: "" }, {}, undefined]) assert.deepEqual(sizeOf(info), [8, 256]);
});

Deno.test("weights are in textures only if 8192 texels fit into a row", async () => {
  const wgslLanguageFeatures = new Set(["readonly_and_readwrite_storage_textures"]);
  for (const [maxTextureDimension2D, rows] of [[4096, 0], [8192, 8192]] as const) {
    const limits = { maxTextureDimension2D };
    const device = { limits, adapterInfo: { isFallbackAdapter: true } } as unknown as GPUDevice;
    const navigator = { gpu: { wgslLanguageFeatures } };
    const traits = await withGlobal("navigator", navigator, () => traitsOf(device));
    assert.equal(traits.textureRows, rows);
  }
});
