/** How data layers resize pictures. */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";

/** The file of a network with a data layer. */
const network = (data: string) => {
  const text = `layer { name: "data" top: "data" ${data} }
    layer { name: "relu" type: "ReLU" bottom: "data" top: "relu" }`;
  return { bytes: new TextEncoder().encode(text), name: "net.prototxt" };
};

const resizeOf = (data: string) => convert(network(data)).preprocessing!.resize;

Deno.test("pictures are resized to the size in the data layer", () => {
  const list = "image_data_param { new_height: 8 new_width: 9 }";
  assert.deepEqual(resizeOf(`type: "ImageData" ${list} transform_param { crop_size: 4 }`), {
    exact: [8, 9],
  });
  assert.deepEqual(resizeOf(`type: "ImageData" ${list}`), { exact: [8, 9] });
  assert.deepEqual(
    resizeOf(`type: "AnnotatedData" data_param { batch_size: 1 }
      transform_param { resize_param { resize_mode: WARP height: 30 width: 40 } }`),
    { exact: [30, 40] },
  );
  const sizes = [8, 9].map((size) => `resize_param { prob: 0.1 height: ${size} width: ${size} }`);
  assert.deepEqual(
    resizeOf(`type: "AnnotatedData" data_param { batch_size: 1 }
      transform_param { ${sizes.join(" ")} }`),
    { exact: [8, 8] },
  );
});

Deno.test("pictures are resized to the length of their shorter side", () => {
  const cropped = (settings: string) =>
    resizeOf(`type: "Data" data_param { batch_size: 1 }
      transform_param { force_color: true crop_size: 4 ${settings} }`);
  const fits = "resize_param { resize_mode: FIT_SMALL_SIZE height: 8 width: 8 }";
  assert.deepEqual(cropped(fits), { short: 8 });
  const drawn = (most: number) =>
    `random_resize_param { min_size: 8 max_size: ${most} resize_param { interp_mode: CUBIC } }`;
  assert.deepEqual(cropped(drawn(8)), { short: 8 });
  assert.deepEqual(cropped(drawn(9)), { exact: [4, 4] });
});

Deno.test("a data layer whose resizing keeps the aspect ratio causes a warning", () => {
  const warningsFor = (mode: string, options = {}) => {
    const warnings: string[] = [];
    const { graph } = convert(
      network(`type: "AnnotatedData" data_param { batch_size: 1 }
        transform_param { force_color: true resize_param { ${mode} height: 30 width: 40 } }`),
      { ...options, warn: (message) => warnings.push(message) },
    );
    assert.deepEqual(graph.inputs[0]!.shape, [1, 3, 30, 40]);
    return warnings;
  };
  const mode = "FIT_LARGE_SIZE_AND_PAD";
  assert.deepEqual(warningsFor(""), []);
  assert.deepEqual(warningsFor(`resize_mode: ${mode}`), [
    `the network's pictures keep their aspect ratio when they are resized (${mode}), which is not ` +
    "supported: resize them before, or set the size with preprocessing: { resize }",
  ]);
  const resize = { exact: [30, 40] };
  assert.deepEqual(warningsFor(`resize_mode: ${mode}`, { preprocessing: { resize } }), []);
});
