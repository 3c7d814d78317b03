import assert from "node:assert/strict";
import { selectLayers } from "../../lib/caffe/phase.ts";
import { readNet } from "../../lib/caffe/read.ts";
import { convert } from "../../lib/convert.ts";
import { unknownFields } from "../../lib/caffe/unknown_fields.ts";
import { defineLayer } from "../../lib/layers/layer.ts";
import { float, message } from "../../proto/mod.ts";

const relu = {
  name: "relu_param",
  number: 123,
  message: message("ReLUParameter", { negative_slope: float(1, 0) }),
};

/** The messages about a network after all its layers have read the settings of ReLU. */
function messagesOf(text: string): readonly string[] {
  const read = readNet(new TextEncoder().encode(text), { file: "deploy.prototxt" });
  const net = selectLayers(read, { phase: "TEST", level: 0, stages: [] });
  for (const layer of net.layers) layer.param(relu);
  return unknownFields(net);
}

Deno.test("unknownFields() reports the field, its position and a suggestion", () => {
  assert.deepEqual(messagesOf(`layer {\n  relu_param { slope: 0.1 } }`), [
    'deploy.prototxt:2:16: ReLUParameter has no field "slope" ' +
    '(did you mean "negative_slope"?); it is ignored',
  ]);
  assert.deepEqual(messagesOf(`nmae: "a"\nlayer { botom: "x" poling_param {} zyx: 1 }`), [
    'deploy.prototxt:1:1: NetParameter has no field "nmae" (did you mean "name"?); it is ignored',
    'deploy.prototxt:2:9: LayerParameter has no field "botom" (did you mean "bottom"?); ' +
    "it is ignored",
    'deploy.prototxt:2:20: LayerParameter has no field "poling_param" ' +
    '(did you mean "pooling_param"?); it is ignored',
    'deploy.prototxt:2:36: LayerParameter has no field "zyx"; it is ignored',
  ]);
});

Deno.test("unknownFields() knows the messages inside a layer, and those of old formats", () => {
  assert.deepEqual(messagesOf(`layer { param { lr_mul: 1 } }`), [
    'deploy.prototxt:1:17: ParamSpec has no field "lr_mul" (did you mean "lr_mult"?); it is ignored',
  ]);
  assert.deepEqual(messagesOf(`layers { type: RELU foo_param { } relu_param { x: 1 } }`), [
    'deploy.prototxt:1:21: V1LayerParameter has no field "foo_param"; it is ignored',
    'deploy.prototxt:1:48: ReLUParameter has no field "x"; it is ignored',
  ]);
  assert.deepEqual(messagesOf(`layers { layer { type: "relu" kernel_size: 3 } }`), [
    'deploy.prototxt:1:31: V0LayerParameter has no field "kernel_size" ' +
    '(did you mean "kernelsize"?); it is ignored',
  ]);
});

Deno.test("unknownFields() is silent about training, other layers, and layers left out", () => {
  assert.deepEqual(
    messagesOf(`
      force_backward: true debug_info: true global_grad_scale: 100
      mem_param { optimize_test: true }
      layer {
        loss_weight: 1 propagate_down: false deletetop: true convolution_param { num_output: 1 }
        param { lr_mult: 1 decay_mult: 0 } relu_param { engine: CUDNN }
      }
      layer {
        pullsfrom: "conv1" param { breadth_decay_mult: 1 kernel_shape_decay_mult: 1 }
        connectivity_mode: DISCONNECTED_ELTWISE
        transform_param {
          resize_param { height: 300 height_scale: 300 width_scale: 300 } scale_factors: 2
        }
      }
      layer { include { phase: TRAIN } my_data_param { } unknown: 1 }`),
    [],
  );
  const old = `layers { layer { name: "conv" type: "conv" max_rms: 0.1 } }`;
  assert.deepEqual(messagesOf(old), []);
});

Deno.test("unknownFields() ignores binary files, and limits its output", () => {
  const binary = readNet(new Uint8Array([0xa2, 6, 2, 0x78, 1]));
  assert.deepEqual(unknownFields(binary), []);
  const many = messagesOf(Array.from({ length: 1000 }, (_, i) => `unknown${i}: 1`).join("\n"));
  assert.equal(many.length, 101);
  assert.equal(many.at(-1), "900 more unknown fields are ignored");
});

Deno.test("unknownFields() ignores settings left unread by a failure", () => {
  const text = `
    input: "x" input_shape { dim: 1 dim: 1 dim: 4 dim: 4 }
    layer { name: "p" type: "Pooling" bottom: "x" top: "p"
      pooling_param { pool: LEAST kernel_size: 2 strid: 2 } }
    layer { name: "i" type: "Interp" bottom: "p" top: "i" interp_param { zoom_factor: 2 } }
    layer { name: "c" type: "CConvolution" bottom: "i" top: "c" cconvolution_param { gamma: 1 } }`;
  const warnings: string[] = [];
  const network = { bytes: new TextEncoder().encode(text), name: "net.prototxt" };
  assert.throws(() => convert(network, { warn: (message) => warnings.push(message) }), {
    message: /PoolingParameter.pool has no value LEAST/,
  });
  assert.deepEqual(warnings, [
    'net.prototxt:4:50: PoolingParameter has no field "strid" (did you mean "stride"?); it is ignored',
  ]);
});

Deno.test("after a failure, no field is called unknown that a later layer would have read", () => {
  const custom = defineLayer({
    type: "Leaky",
    param: { name: "leaky_param", message: message("LeakyParameter", { slope: float(1, 0) }) },
    lower: ({ bottoms }) => bottoms,
  });
  const text = `
    input: "x" input_shape { dim: 1 dim: 1 dim: 4 dim: 4 }
    layer { name: "p" type: "Pooling" bottom: "x" top: "p" pooling_param { pool: LEAST } }
    layer { name: "a" type: "Pooling3D" bottom: "p" top: "a" pooling3d_param { } }
    layer { name: "b" type: "ROIAlign" bottom: "p" bottom: "a" top: "b" roi_align_param { } }
    layer { name: "c" type: "Leaky" bottom: "b" top: "c" leaky_param { } liky_param { } }`;
  const warnings: string[] = [];
  const network = { bytes: new TextEncoder().encode(text), name: "net.prototxt" };
  const options = { layers: [custom], warn: (message: string) => warnings.push(message) };
  assert.throws(() => convert(network, options), {
    message: /PoolingParameter.pool has no value LEAST/,
  });
  assert.deepEqual(warnings, [
    'net.prototxt:6:74: LayerParameter has no field "liky_param"; it is ignored',
  ]);
});

Deno.test("convert() knows the file of a filler", () => {
  const text = `
    input: "x" input_shape { dim: 1 dim: 4 }
    layer { name: "theta" type: "InnerProduct" bottom: "x" top: "theta" inner_product_param {
      num_output: 6 bias_filler { type: "file" file: "identity.txt" } } }`;
  const warnings: string[] = [];
  const network = { bytes: new TextEncoder().encode(text), name: "net.prototxt" };
  assert.throws(() => convert(network, { warn: (message) => warnings.push(message) }), {
    message: /its values come from the filler "file"/,
  });
  assert.deepEqual(warnings, []);
});

Deno.test("convert() does not warn of settings of V1's data layers if it cannot start", () => {
  const text = `
    layers { name: "a" type: IMAGE_DATA top: "a"
      image_data_param { new_height: 4 new_width: 4 pair_size: 2 } }
    layers { name: "b" type: DATA top: "b" data_param { force_encoded_color: true new_width: 4
      shared_file_system: true } }
    layers { name: "c" type: UNHEARD_OF bottom: "a" bottom: "b" top: "c" }`;
  const warnings: string[] = [];
  const network = { bytes: new TextEncoder().encode(text), name: "net.prototxt" };
  assert.throws(() => convert(network, { warn: (message) => warnings.push(message) }), {
    message: /unsupported type/,
  });
  assert.deepEqual(warnings, [
    'net.prototxt:4:83: DataParameter has no field "new_width"; it is ignored',
  ]);
});

Deno.test("convert() does not warn of how videos are cropped in training, and databases read", () => {
  const text = `layer { name: "data" type: "VideoData" top: "data" top: "label"
      video_data_param { source: "clips.txt" batch_size: 5 new_length: 10 modality: FLOW }
      transform_param { crop_size: 8 fix_crop: true more_fix_crop: true multi_scale: true
        max_distort: 1 scale_ratios: [1, .875, .75] is_flow: true mean_value: 128 } }
    layer { name: "images" type: "Data" top: "images" transform_param { crop_size: 8 }
      data_param { batch_size: 5 threads: 1 parser_threads: 1 cache: true } }
    layer { name: "c" type: "Concat" bottom: "data" bottom: "images" top: "c" }`;
  const warnings: string[] = [];
  convert({ bytes: new TextEncoder().encode(text), name: "net.prototxt" }, {
    warn: (message) => warnings.push(message),
  });
  assert.deepEqual(warnings.filter((message) => message.includes("has no field")), []);
});

Deno.test("convert() does not warn of the settings of layers that it does not compute", () => {
  const warningsOf = (text: string) => {
    const warnings: string[] = [];
    const network = { bytes: new TextEncoder().encode(text), name: "net.prototxt" };
    const inputShapes = new Map([["data", [1, 3, 4, 4]]]);
    convert(network, { inputShapes, warn: (message) => warnings.push(message) });
    return warnings;
  };
  assert.deepEqual(
    warningsOf(`
      layer {
        name: "data" type: "AnnotatedData" top: "data" top: "label"
        transform_param {
          resize_param { prob: 1 resize_mode: WARP height: 4 width: 4 interp_mode: LINEAR }
          emit_constraint { emit_type: CENTER } distort_param { hue_prob: 0.5 }
        }
        annotated_data_param { batch_sampler { max_sample: 1 } }
      }
      layer { name: "r" type: "ReLU" bottom: "data" top: "r" }
      layer { name: "l" type: "CtcLoss" bottom: "r" bottom: "label" ctc_loss_param { blank_label: 0 } }`),
    [],
  );
  assert.deepEqual(
    warningsOf(`
      layers { name: "data" type: IMAGE_SEG_DATA top: "data" top: "label" image_seg_data_param { } }
      layers { name: "r" type: RELU bottom: "data" top: "r" }
      layers { name: "a" type: SEG_ACCURACY bottom: "r" bottom: "label" seg_accuracy_param { } }`),
    [],
  );
  // The fields of these data layers are not named after their types.
  assert.deepEqual(
    warningsOf(`
      layer { name: "data" type: "DataHeatmap" top: "data" visualise: false
        heatmap_data_param { outsize: 256 } }
      layer { name: "tree" type: "OctreeDataBase" top: "tree" octree_param { curr_depth: 5 } }
      layer { name: "r" type: "ReLU" bottom: "data" top: "r" }`),
    [
      'layer "data" is taken for inputs: type DataHeatmap is not supported, and it has no bottoms',
      'layer "tree" is taken for inputs: type OctreeDataBase is not supported, and it has no bottoms',
    ],
  );
  // This layer prepares pictures as another fork's data layers do.
  assert.deepEqual(
    warningsOf(`
      layer { name: "file" type: "Data" top: "file" transform_param { crop: 7 } }
      layer { name: "cut" type: "Cut" bottom: "file" top: "data" transform_param { crop: 4 } }
      layer { name: "r" type: "AbsVal" bottom: "data" top: "r" }`),
    [
      'layer "cut" is replaced by inputs: type Cut is not supported, and the shape of its top "data" is given',
      'net.prototxt:2:71: TransformationParameter has no field "crop" (did you mean "crop_size"?); it is ignored',
    ],
  );
  // Nor is the field of this loss.
  assert.deepEqual(
    warningsOf(`
      layer { name: "data" type: "Data" top: "data" top: "label" }
      layer { name: "r" type: "AbsVal" bottom: "data" top: "r" }
      layer { name: "l" type: "RunsLoss" bottom: "r" bottom: "label" mult_loss_param { runs: 5 } }`),
    [
      'layer "l" is left out: type RunsLoss is not supported, and its name is that of a loss or metric',
    ],
  );
  assert.deepEqual(
    warningsOf(`
      layer { name: "data" type: "Data" top: "data" transform_parm { } tranform_param { } }
      layer { name: "r" type: "AbsVal" bottom: "data" top: "r" abs_val_param { } }`),
    [
      'net.prototxt:2:53: LayerParameter has no field "transform_parm" ' +
      '(did you mean "transform_param"?); it is ignored',
      'net.prototxt:2:72: LayerParameter has no field "tranform_param" ' +
      '(did you mean "transform_param"?); it is ignored',
      'net.prototxt:3:64: LayerParameter has no field "abs_val_param"; it is ignored',
    ],
  );
});

Deno.test("convert() does not warn of settings that it only searches for the size of pictures", () => {
  const text = `
    layer { name: "data" type: "SpectrumData" top: "data" grid_data_param { resolution: 0.5 } }
    layer { name: "r" type: "ReLU" bottom: "data" top: "r" }`;
  const warnings: string[] = [];
  const network = { bytes: new TextEncoder().encode(text), name: "net.prototxt" };
  assert.throws(() => convert(network, { warn: (message) => warnings.push(message) }), {
    message: /the shape of its input "data" is not in the file/,
  });
  assert.deepEqual(warnings, [
    'layer "data" is taken for inputs: type SpectrumData is not supported, and it has no bottoms',
  ]);
});

Deno.test("convert() does not warn of how weights are set before training", () => {
  const text = `
    input: "data" input_shape { dim: 1 dim: 2 }
    layer { name: "f" type: "InnerProduct" bottom: "data" top: "f" inner_product_param {
      num_output: 3 weight_filler { type: "xavier" symmetric_fraction: 1 } } }`;
  const warnings: string[] = [];
  const network = { bytes: new TextEncoder().encode(text), name: "net.prototxt" };
  convert(network, { warn: (message) => warnings.push(message) });
  assert.deepEqual(warnings, []);
});
