/**
 * Data layers, whose tops become inputs.
 */
import assert from "node:assert/strict";
import { convert } from "../../lib/convert.ts";

/** The inputs that a layer becomes, of which a network reads all. */
function inputs(layer: string, tops: readonly string[]) {
  const named = tops.map((top) => `top: "${top}"`).join(" ");
  const reading = tops.map((top) =>
    `layer { name: "of ${top}" type: "ReLU" bottom: "${top}" top: "of ${top}" }`
  );
  const text = `layer { name: "d" ${named} ${layer} } ${reading.join(" ")}`;
  const network = { bytes: new TextEncoder().encode(text), name: "net.prototxt" };
  const { graph, preprocessing } = convert(network, { warn: () => {} });
  return { shapes: graph.inputs.map(({ shape }) => shape), crop: preprocessing?.crop };
}

Deno.test("a crop has a height and a width in SSD", () => {
  const layer = (transform: string) =>
    `type: "Data" data_param { batch_size: 2 } transform_param { ${transform} force_color: true }`;
  assert.deepEqual(inputs(layer("crop_h: 24 crop_w: 32"), ["data", "label"]), {
    shapes: [[2, 3, 24, 32], [2]],
    crop: [24, 32],
  });
  assert.deepEqual(inputs(layer("crop_size: 20 crop_w: 32"), ["data"]).shapes, [[2, 3, 20, 32]]);
});

Deno.test("images that are cut into patches have the size of a patch, and channels for each", () => {
  const text = `layer { name: "d" type: "Data" top: "data" data_param { batch_size: 2 rand_jump: 8 }
      transform_param { crop_size: 255 hash_file: "permutations_701.bin" siamese_size: 9
        patch_size: 64 jitter_size: 18 gap_size: 16 } }
    layer { name: "s" type: "Slice" bottom: "data" top: "left" top: "middle" top: "right"
      slice_param { slice_dim: 1 slice_point: 9 slice_point: 18 } }`;
  const network = { bytes: new TextEncoder().encode(text), name: "net.prototxt" };
  const { graph } = convert(network, { warn: (message) => assert.fail(message) });
  assert.deepEqual(graph.inputs.map(({ shape }) => shape), [[2, 27, 64, 64]]);
});

Deno.test("a data layer's kind of database, of which forks have others, does not matter", () => {
  const layer = `type: "Data" data_param { batch_size: 2 backend: IMAGEDB }
    transform_param { crop_size: 7 force_gray: true }`;
  assert.deepEqual(inputs(layer, ["data"]).shapes, [[2, 1, 7, 7]]);
});

Deno.test("data layers with maps of labels give pictures of the size of their crop", () => {
  for (
    const settings of [
      `type: "ImageLabelData" image_label_data_param { batch_size: 4 padding: REFLECT }`,
      `type: "ImageLabelmapData" image_data_param { source: "train.txt" batch_size: 1 }`,
    ]
  ) {
    const layer = `${settings} transform_param { crop_size: 7 }`;
    assert.deepEqual(inputs(layer, ["data"]), { shapes: [[1, 3, 7, 7]], crop: [7, 7] });
  }
});

Deno.test("additional tops of a data layer are inputs", () => {
  const layer = `type: "ImageData" image_data_param { batch_size: 2 new_height: 4 new_width: 5 }`;
  assert.deepEqual(inputs(layer, ["data", "label", "id"]).shapes, [[2, 3, 4, 5], [2], [2]]);
});

Deno.test("ImageData without colours has one channel, WindowData always has three", () => {
  const grey = `type: "ImageData"
    image_data_param { batch_size: 2 new_height: 4 new_width: 5 is_color: false }`;
  assert.deepEqual(inputs(grey, ["data", "label"]).shapes, [[2, 1, 4, 5], [2]]);
  const windows = `type: "WindowData"
    window_data_param { batch_size: 2 } transform_param { crop_size: 7 }`;
  assert.deepEqual(inputs(windows, ["data", "label"]).shapes, [[2, 3, 7, 7], [2]]);
});

Deno.test("VideoData of temporal segment networks stacks flow, colours or grey", () => {
  const layer = (settings: string, transform = "crop_size: 7") =>
    `type: "VideoData" transform_param { ${transform} mean_value: 128 is_flow: true }
     video_data_param { batch_size: 2 name_pattern: "flow_%c_%05d.jpg" ${settings} }`;
  const shapeOf = (settings: string, transform?: string) =>
    inputs(layer(settings, transform), ["data", "label"]).shapes;
  const segments = "new_length: 5 num_segments: 3";
  assert.deepEqual(shapeOf(`${segments} modality: FLOW`), [[2, 30, 7, 7], [2]]);
  assert.deepEqual(shapeOf(`num_segments: 3 modality: RGB`), [[2, 9, 7, 7], [2]]);
  assert.deepEqual(shapeOf(`${segments} modality: RGB grayscale: true`), [[2, 15, 7, 7], [2]]);
  const resized = "modality: FLOW new_height: 6 new_width: 8";
  assert.deepEqual(shapeOf(resized, ""), [[2, 2, 6, 8], [2]]);
});

Deno.test("VideoData of C3D 1.1 gives volumes of colours", () => {
  const layer = (transform: string) =>
    `type: "VideoData" transform_param { ${transform} mean_value: 128 }
     video_data_param { batch_size: 2 new_length: 16 new_height: 8 new_width: 9 use_image: true }`;
  assert.deepEqual(inputs(layer("crop_size: 7"), ["data", "label"]).shapes, [[2, 3, 16, 7, 7], [
    2,
  ]]);
  assert.deepEqual(inputs(layer(""), ["data"]).shapes, [[2, 3, 16, 8, 9]]);
});

Deno.test("VIDEO_DATA of C3D 1.0, which has the settings of ImageData, gives them too", () => {
  const text = (settings: string) => `
    layers { name: "d" type: VIDEO_DATA top: "data" top: "label" image_data_param {
      source: "clips.lst" use_image: true batch_size: 2 new_height: 8 new_width: 9 ${settings}
      show_data: 0 mean_file: "train16_128_mean.binaryproto" } }
    layers { name: "r" type: RELU bottom: "data" top: "r" }`;
  const shapeOf = (settings: string) => {
    const network = { bytes: new TextEncoder().encode(text(settings)), name: "net.prototxt" };
    const warnings: string[] = [];
    const { graph } = convert(network, { warn: (message) => warnings.push(message) });
    assert.deepEqual(warnings, []);
    return graph.inputs.map(({ shape }) => shape);
  };
  assert.deepEqual(shapeOf("new_length: 16 crop_size: 7"), [[2, 3, 16, 7, 7]]);
  assert.deepEqual(shapeOf("new_length: 16"), [[2, 3, 16, 8, 9]]);
  assert.throws(() => shapeOf(""), { message: /the shape of its input "data" is not in the file/ });
});

Deno.test("VideoData of other forks has the shapes that are given", () => {
  const text = `layer { name: "d" type: "VideoData" top: "data"
      video_data_param { video_type: WEBCAM device_id: 0 modality: POSE } }
    layer { name: "r" type: "ReLU" bottom: "data" top: "r" }`;
  const warnings: string[] = [];
  const shape = [1, 3, 4, 5];
  const { graph } = convert({ bytes: new TextEncoder().encode(text), name: "net.prototxt" }, {
    inputShapes: new Map([["data", shape]]),
    warn: (message) => warnings.push(message),
  });
  assert.deepEqual([graph.inputs.map(({ shape }) => shape), warnings], [[shape], []]);
});

Deno.test("MemoryData gives each of its tops a shape of any axes in the OpenCL branch", () => {
  const layer = `type: "MemoryData" memory_data_param { dim: 1 dim: 2 dim: 3 dim: 4 dim: 5 }`;
  assert.deepEqual(inputs(layer, ["data"]).shapes, [[1, 2, 3, 4, 5]]);
  assert.deepEqual(inputs(layer, ["a", "b"]).shapes, [[1, 2, 3, 4, 5], [1, 2, 3, 4, 5]]);
});

Deno.test("MemoryData of Caffe has images and labels", () => {
  const layer = `type: "MemoryData"
    memory_data_param { batch_size: 2 channels: 3 height: 4 width: 5 }`;
  assert.deepEqual(inputs(layer, ["data", "label"]).shapes, [[2, 3, 4, 5], [2, 1, 1, 1]]);
  assert.throws(() => inputs(layer, ["data"]), { message: /it has 1 top, but it needs exactly 2/ });
});

Deno.test("volumes have the extents that 3D-Caffe crops them to, and the channels of the weights", () => {
  const text = (crop: string) =>
    `layer { name: "d" type: "HDF5Data" top: "data" top: "label"
       hdf5_data_param { source: "train.list" batch_size: 2 } transform_param { ${crop} } }
     layer { name: "c" type: "Convolution" bottom: "data" top: "c"
       convolution_param { num_output: 1 kernel_size: 1 bias_term: false }
       blobs { shape { dim: [1, 4, 1, 1, 1] } data: [1, 2, 3, 4] } }
     layer { name: "loss" type: "SoftmaxWithLoss" bottom: "c" bottom: "label" top: "loss" }`;
  const shapesOf = (crop: string) => {
    const network = { bytes: new TextEncoder().encode(text(crop)), name: "net.prototxt" };
    const warn = (message: string) => assert.fail(message);
    return convert(network, { warn }).graph.inputs.map(({ shape }) => shape);
  };
  assert.deepEqual(shapesOf("crop_size_l: 6 crop_size_h: 7 crop_size_w: 8"), [[2, 4, 6, 7, 8]]);
  assert.throws(() => shapesOf("crop_size_h: 7 crop_size_w: 8"), {
    message: /the shape of its input "data" is not in the file/,
  });
});

Deno.test("the channels of gnina's grids follow from the weights behind them", () => {
  const settings = "batch_size: 2 dimension: 23.5 resolution: 0.5 has_affinity: true";
  const text = (blobs: string) =>
    `layer { name: "d" type: "MolGridData" top: "data" top: "label" top: "affinity"
       molgrid_data_param { ${settings} recmap: "completerec" } }
     layer { name: "p" type: "Pooling" bottom: "data" top: "p"
       pooling_param { kernel_size: 2 stride: 2 } }
     layer { name: "c" type: "Convolution" bottom: "p" top: "c"
       convolution_param { num_output: 1 kernel_size: 1 bias_term: false } ${blobs} }
     layer { name: "l" type: "AffinityLoss" bottom: "c" bottom: "affinity" top: "l" }`;
  const weights = "blobs { shape { dim: [1, 28, 1, 1, 1] } data: [" +
    `${new Array(28).fill(1).join(", ")}] }`;
  const warnings: string[] = [];
  const { graph } = convert(
    { bytes: new TextEncoder().encode(text(weights)), name: "net.prototxt" },
    { warn: (message) => warnings.push(message) },
  );
  assert.deepEqual(graph.inputs.map(({ shape }) => shape), [[2, 28, 48, 48, 48]]);
  assert.deepEqual(graph.names.get("c")!.shape, [2, 1, 24, 24, 24]);
  assert.match(warnings.join("\n"), /^layer "l" is left out: [^\n]*$/);
});
