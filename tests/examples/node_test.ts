/**
 * The example for Node and Bun. It needs `npm install --prefix build/node webgpu@0.6.2 bun@1.4.5`,
 * and the software GPU of Chromium.
 */
import assert from "node:assert/strict";
import { decodeImage } from "../../cli/images.ts";
import { bundleText } from "../../cli/bundle_modules.ts";
import { Folder, pathOf } from "../cli/command.ts";

const modules = pathOf("build/node/node_modules");
const driver = "/usr/lib/chromium/vk_swiftshader_icd.json";
const programs = { node: "node", bun: `${modules}/bun/bin/bun.exe` };

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Whether a program is installed and starts. */
function starts(program: string): boolean {
  try {
    return new Deno.Command(program, { args: ["--version"] }).outputSync().success;
  } catch {
    return false;
  }
}

for (const [name, program] of Object.entries(programs)) {
  Deno.test({
    name: `the runtime classifies a digit on the GPU in ${name}`,
    ignore: !exists(`${modules}/webgpu`) || !exists(driver) || !starts(program),
    async fn() {
      using folder = new Folder();
      const bytes = Deno.readFileSync(pathOf("examples/digits/samples/7_barred.png"));
      const { width, height, data } = await decodeImage(bytes, "7_barred.png");
      folder.write("7.json", JSON.stringify({ width, height, data: [...data] }));
      folder.write("classify.mjs", Deno.readFileSync(pathOf("examples/node/classify.mjs")));
      folder.write("kaffe-runtime.js", await bundleText("runtime/mod.ts"));
      folder.write("package.json", '{ "type": "module" }');
      Deno.symlinkSync(modules, folder.at("node_modules"));
      const [network, weights] = ["deploy.prototxt", "digits.caffemodel"]
        .map((name) => pathOf(`examples/digits/${name}`));
      await folder.done(
        ...["convert", network!, "--caffemodel", weights!, "--input-scale", "0.00390625"],
        ...["--data-output-path", "model.npz"],
      );
      const { success, stdout, stderr } = await new Deno.Command(program, {
        args: ["classify.mjs", "model.npz", "7.json"],
        cwd: folder.path,
        env: { VK_ICD_FILENAMES: driver },
      }).output();
      const output = new TextDecoder().decode(stdout);
      assert.ok(success, new TextDecoder().decode(stderr));
      assert.match(output, /^7\.json (1\.0000|0\.9\d+) class 7\n/);
      assert.match(output, /\non SwiftShader/);
    },
  });
}
