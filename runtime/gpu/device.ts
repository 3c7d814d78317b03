/**
 * Finds a GPU and opens it.
 *
 * @module
 */

/** The limits that decide how large a model and a batch can be. */
const sizeLimits = ["maxBufferSize", "maxStorageBufferBindingSize"] as const;

/** What is asked for where the adapter has it: times, for profiles. */
const features = ["timestamp-query"] as const;

/** What can be done without a GPU. */
const onCpu = 'run on the CPU: --device cpu on the command line, { device: "cpu" } in a program';

/**
 * Opens the GPU, with room for tensors as large as its adapter allows.
 *
 * @throws {Error} if there is none; the message says what to do.
 */
export async function openDevice(): Promise<GPUDevice> {
  const gpu = globalThis.navigator?.gpu;
  if (gpu === undefined) {
    throw new Error(
      "Cannot find a GPU: this program has no WebGPU. In a browser, the page must come over https " +
        `or from localhost; elsewhere, ${onCpu}`,
    );
  }
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (adapter === null) {
    throw new Error(
      "Cannot find a GPU: WebGPU is here, but it has no adapter. Install a graphics driver (on " +
        "Debian and Ubuntu without a graphics card: apt-get install mesa-vulkan-drivers " +
        `libvulkan1), or ${onCpu}`,
    );
  }
  const requiredLimits = Object.fromEntries(
    sizeLimits.map((limit) => [limit, adapter.limits[limit]]),
  );
  const requiredFeatures = features.filter((feature) => adapter.features.has(feature));
  const device = await adapter.requestDevice({ label: "kaffe", requiredLimits, requiredFeatures });
  const { description, device: model, architecture, vendor } = adapter.info;
  names.set(device, [description, model, architecture, vendor].find((text) => text) ?? "WebGPU");
  return device;
}

/** Why the CPU does better than the GPU that would be opened: there is none, or only software. */
export async function reasonAgainstGpu(): Promise<string | undefined> {
  const adapter = await globalThis.navigator?.gpu?.requestAdapter({
    powerPreference: "high-performance",
  });
  if (!adapter) return "There is no GPU here";
  return adapter.info.isFallbackAdapter ? "The only GPU here is a software one" : undefined;
}

/** The adapters' names, taken while the adapters are at hand. */
const names = new WeakMap<GPUDevice, string>();

/** What a device is called, as far as that is known. */
export function describeDevice(device: GPUDevice): string {
  return names.get(device) ?? (device.label || "WebGPU");
}
