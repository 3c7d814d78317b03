/**
 * The sources that Network.load() accepts, and its errors for others.
 */
import assert from "node:assert/strict";
import { runInNewContext } from "node:vm";
import { writeBundle } from "../../lib/emit/bundle.ts";
import { CpuEngine } from "../../runtime/cpu/engine.ts";
import { type LoadOptions, Network, type Source } from "../../runtime/mod.ts";
import { withGlobal } from "../globals.ts";
import { join } from "../join.ts";
import { Sketch } from "../random.ts";

const sketch = new Sketch();
const slope = { shape: [2], data: Float32Array.of(0.5, 0.25) };
const prelu = sketch.add("prelu", "prelu", [
  sketch.input("data", [1, 2]),
  sketch.constant("slope", slope),
], {});
const bytes = join(writeBundle({ graph: sketch.finish(prelu) }));
const data = [-2, -4], answer = [-1, -1];

const load = (source: unknown, options: object = {}) =>
  Network.load(source as Source, { device: "cpu", ...options } as LoadOptions);

/** A shared buffer of 8 bytes and the bundle. */
function shared(): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(bytes.length + 8);
  new Uint8Array(buffer).set(bytes, 8);
  return buffer;
}

/** The bundle in a buffer that can grow, from which browsers decode no text. */
function resizable(): Uint8Array {
  const whole = new Uint8Array(new ArrayBuffer(bytes.length, { maxByteLength: 2 * bytes.length }));
  whole.set(bytes);
  return whole;
}

/** A buffer that is no `instanceof ArrayBuffer`. */
function foreign(): ArrayBuffer {
  const buffer: ArrayBuffer = runInNewContext(`new ArrayBuffer(${bytes.length})`);
  new Uint8Array(buffer).set(bytes);
  return buffer;
}

const within = () => {
  const whole = new Uint8Array(bytes.length + 9);
  whole.set(bytes, 3);
  return new DataView(whole.buffer, 3, bytes.length);
};

for (
  const [what, source] of [
    ["a DataView", within()],
    ["a SharedArrayBuffer", shared().slice(8)],
    ["bytes in a SharedArrayBuffer", new Uint8Array(shared(), 8)],
    ["bytes in a resizable ArrayBuffer", resizable()],
    ["an ArrayBuffer of another realm", foreign()],
  ] as const
) {
  Deno.test(`Network.load() takes ${what}`, async () => {
    const network = await load(source);
    if (source instanceof Uint8Array) source.fill(0);
    assert.deepEqual([...(await network.run({ data })).prelu!.data], answer);
  });
}

for (
  const [what, source, shown] of [
    ["a promise", Promise.resolve(bytes), "[object Promise]"],
    ["chunks", [bytes], "[object Array]"],
    ["nothing", undefined, "undefined"],
    ["an object", {}, "[object Object]"],
  ] as const
) {
  Deno.test(`Network.load() refuses ${what}`, async () => {
    const message =
      `Cannot load the network from ${shown}: give bytes, a URL, a Response, a Blob or ` +
      "a ReadableStream";
    await assert.rejects(load(source), { name: "TypeError", message });
  });
}

const page = "<!doctype html><p>not found";
for (
  const [what, file, start] of [
    ["nothing", "", ""],
    ["a page", page, "<!doctype html><"],
    ["a prototxt", 'name: "LeNet"\n', 'name: "LeNet"\n'],
    ["a PNG", Uint8Array.of(0x89, 0x50, 0x4e, 0x47), "\x89PNG"],
    ["a caffemodel", Uint8Array.of(10, 5, 0x4c, 0x65, 0x4e, 0x65, 0x74), "\n\x05LeNet"],
  ] as const
) {
  Deno.test(`the error about a file that is not a bundle has its first bytes: ${what}`, async () => {
    await assert.rejects(load(new Blob([file as BlobPart])), {
      name: "TypeError",
      message: `Cannot read the zip: it is no zip; it begins with ${JSON.stringify(start)}`,
    });
  });
}

Deno.test("the error about half of a bundle says that it is cut off", async () => {
  await assert.rejects(load(new Blob([bytes.subarray(0, 4)])), {
    name: "TypeError",
    message: "Cannot read the zip: it is cut off",
  });
});

Deno.test("the error about a file that is not a bundle has its address", async () => {
  const address = `data:text/html,${page}${"!".repeat(1000)}`;
  await assert.rejects(load(address), ({ message }: Error) => {
    assert.match(message, /begins with "<!doctype html><" \(from data:text\/html,/);
    return message.length < 400;
  });
});

Deno.test("the error about a failed fetch has the address", async () => {
  await assert.rejects(load(new URL("file:///no/model.npz")), {
    name: "TypeError",
    message:
      /^Cannot fetch file:.*model\.npz: .*; give a whole URL, .* or in Node the bytes of the file$/,
  });
});

Deno.test("the error about a broken connection has the address, unless it was aborted", async () => {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, ({ url }) => {
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(bytes);
        if (url.endsWith("broken")) setTimeout(() => controller.error("broken"), 20);
      },
    });
    return new Response(body);
  });
  const address = `http://127.0.0.1:${server.addr.port}/`;
  for (const onProgress of [undefined, () => {}]) {
    await assert.rejects(load(`${address}broken`, onProgress && { onProgress }), {
      name: "TypeError",
      message: /^Cannot fetch http:\/\/127\.0\.0\.1:\d+\/broken: ./,
    });
    const stop = new AbortController(),
      reason = new DOMException("It takes too long.", "TimeoutError");
    const loading = load(await fetch(address, stop), onProgress && { onProgress });
    stop.abort(reason);
    await assert.rejects(loading, { name: "TimeoutError" });
  }
  await server.shutdown();
});

for (
  const [options, message] of [
    [{ device: "tpu" }, "its device is tpu, not gpu, cpu, reference or a GPUDevice"],
    [{ device: null }, "its device is null, not gpu, cpu, reference or a GPUDevice"],
    [{ device: {} }, "its device is [object Object], not gpu, cpu, reference or a GPUDevice"],
    [{ gpuWeights: "fp16" }, "its gpuWeights is fp16, not float32, float16 or int8"],
    [{ gpuActivations: 8 }, "its gpuActivations is 8, not float32 or float16"],
  ] as const
) {
  Deno.test(`Network.load() refuses ${JSON.stringify(options)}`, async () => {
    await assert.rejects(load(bytes, options), {
      name: "TypeError",
      message: `Cannot load the network: ${message}`,
    });
  });
}

Deno.test("a network does not run after its bytes are transferred", async () => {
  const own = bytes.slice(), network = await load(own);
  structuredClone(own, { transfer: [own.buffer] });
  await assert.rejects(network.run({ data }), {
    message: "Cannot run network: the bytes it was loaded from were transferred",
  });
});

Deno.test("a cache is refused without a Cache API, unless the source is bytes", async () => {
  await withGlobal("caches", undefined, async () => {
    await assert.rejects(load("data:,", { cache: "models" }), {
      message: /^Cannot open the cache "models": there is no Cache API here$/,
    });
    await load(bytes, { cache: "models" });
  });
});

Deno.test("a load that fails frees the device", async () => {
  class Broken extends Network {
    protected override setup(): void {
      throw new TypeError("no layers");
    }
  }
  const { destroy } = CpuEngine.prototype;
  let destroyed = 0;
  CpuEngine.prototype.destroy = function () {
    destroyed++;
    destroy.call(this);
  };
  try {
    await assert.rejects(load(bytes.slice(9)), { message: /is not a bundle|Cannot read/ });
    await assert.rejects(Broken.load(bytes, { device: "cpu" }), { message: "no layers" });
    assert.equal(destroyed, 2);
  } finally {
    CpuEngine.prototype.destroy = destroy;
  }
});
