/** The graphics libraries that a process of tests loads. */
import assert from "node:assert/strict";
import { hasGpu } from "./gpu.ts";

Deno.test({
  name: "tests on a software GPU do not load OpenGL's libraries, which may crash the process",
  // Set by gpu.ts, or by the user to test another GPU.
  ignore: !hasGpu || Deno.build.os !== "linux" || Deno.env.get("DENO_WEBGPU_BACKEND") !== "vulkan",
  async fn() {
    const { DENO_WEBGPU_BACKEND: _, ...env } = Deno.env.toObject();
    const code = `import ${JSON.stringify(new URL("gpu.ts", import.meta.url).href)};
      const maps = await Deno.readTextFile("/proc/self/maps");
      console.log(["libvulkan", "libEGL"].map((name) => maps.includes(name)).join());`;
    const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", "--no-check", code],
      cwd: new URL("../", import.meta.url),
      clearEnv: true,
      env,
    }).output();
    const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
    assert.equal(decode(stdout), "true,false", decode(stderr));
  },
});
