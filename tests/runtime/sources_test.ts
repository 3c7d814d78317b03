/**
 * The sources of bundles: bytes, streams, files, addresses and the cache.
 */
import assert from "node:assert/strict";
import { Network, type Source } from "../../runtime/mod.ts";
import { withGlobal } from "../globals.ts";
import { hasGpu } from "../gpu.ts";
import { Random, Sketch } from "../random.ts";
import { bytes, bytesOf, load, numbers, rectified } from "./small_network.ts";

const claiming = (length: number) =>
  new Response(bytes, { headers: { "content-length": String(length) } });

const sources: Record<string, () => Source> = {
  bytes: () => bytes,
  "an ArrayBuffer": () => bytes.buffer,
  "a Blob": () => new Blob([bytes]),
  "a Response": () => new Response(bytes),
  "a Response with its length": () => claiming(bytes.length),
  "a Response that claims to be shorter": () => claiming(5),
  "a Response that claims to be longer": () => claiming(1e6),
  "a ReadableStream": () => new Blob([bytes]).stream(),
  "a data: address": () => `data:application/zip;base64,${bytes.toBase64()}`,
  "a URL": () => new URL(`data:application/zip;base64,${bytes.toBase64()}`),
};

for (const [name, make] of Object.entries(sources)) {
  Deno.test(`Network.load() takes ${name}`, async () => {
    const stages: string[] = [];
    const network = await Network.load(make(), {
      device: "cpu",
      onProgress: ({ stage, done, total }) => stages.push(`${stage} ${done} of ${total}`),
    });
    assert.deepEqual((await network.run({ data: numbers })).relu, rectified);
    assert.equal(stages.at(-1), "read 1 of 1");
    const known = name === "a Blob" ? bytes.length : undefined;
    if (name.includes("Blob") || name.includes("Stream")) {
      assert.equal(stages.at(-2), `download ${bytes.length} of ${known}`);
    }
  });
}

Deno.test("Network.load() takes the address of a file", async () => {
  const path = await Deno.makeTempFile({ suffix: ".npz" });
  try {
    await Deno.writeFile(path, bytes);
    const network = await load(new URL(`file://${path}`));
    assert.deepEqual((await network.run({ data: numbers })).relu, rectified);
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("the error about a failed fetch has the server's status", async () => {
  await assert.rejects(load(new Response("", { status: 404, statusText: "Not Found" })), {
    name: "Error",
    message: /^Cannot fetch .*: the server answers 404 Not Found$/,
  });
});

Deno.test({
  name: "shaders are compiled during the download",
  ignore: !hasGpu,
  async fn() {
    const sketch = new Sketch();
    const dense = sketch.add("dense", "dense", [
      sketch.input("data", [1, 300]),
      sketch.constant("weights", new Random(3).tensor([300, 300])),
    ], { output: 300, bias: false });
    const bytes = bytesOf(sketch.finish(dense));
    const compile = GPUDevice.prototype.createComputePipelineAsync;
    const { promise: compiled, resolve } = Promise.withResolvers<void>();
    // The last bytes are sent only after a pipeline is compiled.
    const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => {
      const stream = new ReadableStream({
        async start(controller) {
          controller.enqueue(bytes.subarray(0, 1 << 18));
          await compiled;
          controller.enqueue(bytes.subarray(1 << 18));
          controller.close();
        },
      });
      return new Response(stream);
    });
    GPUDevice.prototype.createComputePipelineAsync = function (descriptor) {
      resolve();
      return compile.call(this, descriptor);
    };
    try {
      const network = await Network.load(`http://127.0.0.1:${server.addr.port}/`, {
        device: "gpu",
      });
      const result = await network.run({ data: new Float32Array(300) });
      assert.deepEqual(result, { dense: { shape: [1, 300], data: new Float32Array(300) } });
      network.destroy();
    } finally {
      GPUDevice.prototype.createComputePipelineAsync = compile;
      await server.shutdown();
    }
  },
});

Deno.test("without a GPU, loading fails before the download, and does not cancel it", async () => {
  let cancelled = false;
  // This stream never ends.
  const source = new ReadableStream<Uint8Array>({
    cancel() {
      cancelled = true;
    },
  });
  await withGlobal("navigator", {}, () =>
    assert.rejects(Network.load(source, { device: "gpu" }), {
      message: /^Cannot find a GPU/,
    }));
  assert.ok(!cancelled);
});

Deno.test("a progress callback that throws cancels the download", async () => {
  let cancelled = false;
  const source = new ReadableStream({
    start: (controller) => controller.enqueue(bytes),
    cancel() {
      cancelled = true;
    },
  });
  const onProgress = () => {
    throw new Error("the page is closed");
  };
  await assert.rejects(Network.load(source, { device: "cpu", onProgress }), {
    message: "the page is closed",
  });
  assert.ok(cancelled);
});

Deno.test("a relative address outside a page is refused with a hint", async () => {
  await assert.rejects(Network.load("model.npz", { device: "cpu" }), {
    name: "TypeError",
    message:
      /^Cannot fetch model\.npz: .*; give a whole URL, new URL\(…, import\.meta\.url\), or in Node the/,
  });
  await assert.rejects(Network.load(new Response("", { status: 404 }), { device: "cpu" }), {
    message: /^Cannot fetch \[object Response\]: the server answers 404/,
  });
});

Deno.test("a cached file that is not a bundle is fetched again", async () => {
  const answers = [new TextEncoder().encode("<!doctype html>"), bytes];
  let requests = 0;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => {
    return new Response(answers[requests++]);
  });
  const cache = `kaffe test ${crypto.randomUUID()}`;
  const address = `http://127.0.0.1:${server.addr.port}/model.npz`;
  try {
    const load = () => Network.load(address, { device: "cpu", cache });
    await (await caches.open(cache)).put(address, new Response("<!doctype html>"));
    // First from the cache, then from the server.
    for (let i = 0; i < 2; i++) await assert.rejects(load, { message: /^Cannot read/ });
    for (let again = 0; again < 2; again++) {
      assert.deepEqual((await (await load()).run({ data: numbers })).relu, rectified);
      // The bundle is stored in the background.
      const kept = await caches.open(cache);
      while (await kept.match(address) === undefined) await new Promise((go) => setTimeout(go, 1));
    }
    assert.equal(requests, 2);
  } finally {
    await caches.delete(cache);
    await server.shutdown();
  }
});
