/**
 * Devices: their description and traits.
 */
import assert from "node:assert/strict";
import { describeDevice, openDevice, traitsOf } from "../../runtime/gpu/device.ts";

/** The result of an action while the platform has another navigator, or none. */
async function withNavigator<T>(value: unknown, work: () => T): Promise<Awaited<T>> {
  const known = Object.getOwnPropertyDescriptor(globalThis, "navigator")!;
  Object.defineProperty(globalThis, "navigator", { value, configurable: true });
  try {
    return await work();
  } finally {
    Object.defineProperty(globalThis, "navigator", known);
  }
}

Deno.test("a device of another library needs nothing of the platform's", async () => {
  const device = { limits: {}, label: "another" } as unknown as GPUDevice;
  assert.equal(await withNavigator(undefined, () => traitsOf(device).device), "another");
});

Deno.test("a GPU without information is called WebGPU", async () => {
  const info = { vendor: "", architecture: "", device: "", description: "" };
  const adapter = {
    ...{ info, limits: {}, features: new Set() },
    requestDevice: ({ label = "" }) => Promise.resolve({ label }),
  };
  const gpu = { requestAdapter: () => Promise.resolve(adapter) };
  assert.equal(describeDevice(await withNavigator({ gpu }, openDevice)), "WebGPU");
});

Deno.test("a device whose textures are too narrow has none for weights", async () => {
  const wgslLanguageFeatures = new Set(["readonly_and_readwrite_storage_textures"]);
  for (const [maxTextureDimension2D, rows] of [[4096, 0], [8192, 8192]] as const) {
    const limits = { maxTextureDimension2D };
    const device = { limits, adapterInfo: { isFallbackAdapter: true } } as unknown as GPUDevice;
    const traits = await withNavigator({ gpu: { wgslLanguageFeatures } }, () => traitsOf(device));
    assert.equal(traits.textureRows, rows);
  }
});
