/**
 * Opens the GPU and determines its traits.
 *
 * @module
 */
import type { Traits } from "../ops/traits.ts";
import { tableWidth } from "./storage.ts";

/** The limits that decide how large a model and a batch can be. */
const sizeLimits = ["maxBufferSize", "maxStorageBufferBindingSize"] as const;

/** Requested where the adapter has it: timestamps, for profiles. */
const features = ["timestamp-query"] as const;

/** The advice of errors: how to run without a GPU. */
const onCpu = 'run on the CPU: --device cpu on the command line, { device: "cpu" } in a program';

/**
 * Opens the GPU, with the largest buffers that its adapter allows.
 *
 * @throws {Error} if there is no WebGPU or no adapter; the message says what to do.
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
  const device = await adapter.requestDevice({ requiredLimits, requiredFeatures });
  const { vendor, architecture, device: model, description } = adapter.info ?? {};
  const isFallbackAdapter = isSoftware(adapter);
  infos.set(device, { vendor, architecture, device: model, description, isFallbackAdapter });
  return device;
}

/**
 * Why the CPU is the better choice: there is no GPU, or only a software adapter. `undefined` if
 * there is a hardware GPU.
 */
export async function reasonAgainstGpu(): Promise<string | undefined> {
  const adapter = await globalThis.navigator?.gpu?.requestAdapter({
    powerPreference: "high-performance",
  });
  if (!adapter) return "There is no GPU here";
  return isSoftware(adapter) ? "The only GPU here is a software one" : undefined;
}

/** Whether the adapter is a software one; older browsers say so on the adapter itself. */
function isSoftware(adapter: GPUAdapter): boolean {
  const { info, isFallbackAdapter } = adapter as {
    readonly info?: Partial<GPUAdapterInfo>;
    readonly isFallbackAdapter?: boolean;
  };
  return info?.isFallbackAdapter ?? isFallbackAdapter ?? false;
}

/** The information of adapters by device, since a device has no reference to its adapter. */
const infos = new WeakMap<GPUDevice, Partial<GPUAdapterInfo>>();

function infoOf(device: GPUDevice): Partial<GPUAdapterInfo> {
  return infos.get(device) ?? device.adapterInfo ?? {};
}

/** The name of a device, as far as it is known. */
export function describeDevice(device: GPUDevice): string {
  const { description, device: model, architecture, vendor } = infoOf(device);
  const known = [description, model, architecture, vendor, device.label];
  return known.find((text) => text) ?? "WebGPU";
}

/** The accumulators of a thread and the concurrency of a GPU, by its vendor's name or PCI number. */
const vendors: Readonly<Record<string, readonly [accumulators: number, concurrency: number]>> = {
  nvidia: [16, 256],
  4318: [16, 256], // Nvidia's number
  amd: [16, 256],
  4098: [16, 256], // AMD's
  apple: [8, 64],
  qualcomm: [8, 64],
  20803: [8, 64], // Qualcomm's
  intel: [4, 64],
  32902: [4, 64], // Intel's
  arm: [2, 64],
  5045: [2, 64], // Arm's
};

/** What the planner and the kernels need to know about a device. */
export function traitsOf(device: GPUDevice): Traits {
  const { isFallbackAdapter, vendor } = infoOf(device), software = isFallbackAdapter === true;
  // Some browsers don't tell the vendor: registers as few as Apple's GPUs have.
  const [accumulators, concurrency] = vendors[vendor ?? ""] ?? [8, 256];
  // A device from the caller may belong to another WebGPU library, without a `navigator.gpu`.
  const gpu = globalThis.navigator?.gpu as
    | GPU & { readonly wgslLanguageFeatures?: ReadonlySet<string> }
    | undefined;
  const reads = gpu?.wgslLanguageFeatures?.has("readonly_and_readwrite_storage_textures");
  // Software adapters check the bounds of every number read from a buffer; texels are cheaper.
  const side = device.limits.maxTextureDimension2D;
  const textureRows = software && reads && side >= tableWidth ? side : 0;
  const bindable = device.limits.maxStorageBufferBindingSize;
  return {
    software,
    accumulators,
    concurrency,
    textureRows,
    bindable,
    weights: "float32",
    activations: "float32",
    device: describeDevice(device),
  };
}
