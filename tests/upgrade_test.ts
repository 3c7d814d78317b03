/**
 * Upgrades of old networks: the written files convert to the same bundle, bit for bit.
 */
import assert from "node:assert/strict";
import {
  convert,
  type NamedBytes,
  type NamedFile,
  readWeights,
  upgrade,
  writeBundle,
  writeCaffemodel,
} from "../mod.ts";
import { exists, type Meta } from "./golden.ts";
import { join } from "./join.ts";

const goldens = new URL("goldens/layers/", import.meta.url);

/** Bytes as a file of which no value is read that can stay in it. */
function partial({ bytes, name }: NamedBytes): NamedFile {
  const read = (position: number, into: Uint8Array) =>
    into.set(bytes.subarray(position, position + into.length));
  return { bytes: { size: bytes.length, many: 1, read }, name };
}

function upgraded(network: NamedFile, format: "text" | "binary"): NamedBytes {
  const warn = (message: string) => assert.match(message, /is not known; it is left out$/);
  return { bytes: join(upgrade(network, { format, warn })), name: network.name };
}

for (const { name } of Deno.readDirSync(goldens)) {
  if (name === "index.json") continue;
  Deno.test(`${name} is the same network after an upgrade`, () => {
    const at = (file: string) => new URL(`${name}/${file}`, goldens);
    const read = (file: string) => ({ bytes: Deno.readFileSync(at(file)), name: file });
    const { phase, level, stages, layers }: Meta = JSON.parse(
      Deno.readTextFileSync(at("meta.json")),
    );
    const network = read("net.prototxt");
    const trained = exists(at("net.caffemodel")) ? read("net.caffemodel") : undefined;
    const inputShapes = new Map(
      layers.filter(({ type }) => type === "Data").flatMap(({ tops, top_shapes }) =>
        tops.map((top, i) => [top, top_shapes[i]!] as const)
      ),
    );
    const bundle = (network: NamedBytes, caffemodel: NamedBytes | undefined) => {
      const how = { phase, level, stages, inputShapes, caffemodel };
      try {
        return join(writeBundle(convert(network, how)));
      } catch (error) {
        return (error as Error).message.split("\n")[0];
      }
    };
    const expected = bundle(network, trained);
    const [text, binary] = (["text", "binary"] as const).map((format) => upgraded(network, format));
    const weights = trained && upgraded(trained, "binary");
    assert.deepEqual(bundle(text!, trained), expected, "text");
    assert.deepEqual(bundle(binary!, weights), expected, "binary");
    assert.deepEqual(bundle(upgraded(binary!, "text"), weights), expected, "text from binary");
    const spelled = trained && upgraded(trained, "text");
    if (trained) {
      assert.deepEqual(upgraded(partial(trained), "binary"), weights, "read in parts");
      assert.deepEqual(upgraded(partial(trained), "text"), spelled, "text, read in parts");
    }
    assert.deepEqual(bundle(upgraded(text!, "binary"), spelled), expected, "weights in text");
    // What is current already stays as it is.
    assert.deepEqual(upgraded(text!, "text").bytes, text!.bytes);
    if (weights) assert.deepEqual(upgraded(weights, "binary").bytes, weights.bytes);
  });
}

/** An old network in text, upgraded as text. */
function text(old: string, warn?: (message: string) => void): string {
  const bytes = new TextEncoder().encode(old);
  return new TextDecoder().decode(join(upgrade({ bytes, name: "old.prototxt" }, { warn })));
}

Deno.test("V1 layers are upgraded, and fields of forks are kept", () => {
  const old = `
    name: "old" input: "x" input_dim: 1 input_dim: 3 input_dim: 4 input_dim: 5 mystery { a: 1 }
    layers { name: "b" type: BN bottom: "x" top: "b" bn_param { bn_mode: INFERENCE odd: "\\n'\xe9" }
      blobs_lr: 0.1 weight_decay: 1 weight_decay: 0 new_setting: [1, 2] }`;
  assert.equal(
    text(old),
    `name: "old"
mystery {
  a: 1
}
layer {
  name: "x"
  type: "Input"
  top: "x"
  input_param {
    shape {
      dim: 1
      dim: 3
      dim: 4
      dim: 5
    }
  }
}
layer {
  name: "b"
  type: "BN"
  bottom: "x"
  top: "b"
  param {
    lr_mult: 0.1
    decay_mult: 1
  }
  param {
    decay_mult: 0
  }
  bn_param {
    bn_mode: INFERENCE
    odd: "\\n'\\303\\251"
  }
  new_setting: 1
  new_setting: 2
}
`,
  );
});

Deno.test("settings of outputs are kept, also if unused", () => {
  const layer = `layer {
  name: "found"
  type: "DetectionOutput"
  detection_output_param {
    save_output_param {
      output_directory: "results"
      num_test_image: 3
      resize_param {
        height: 300
      }
    }
  }
}
`;
  assert.equal(text(layer), layer);
  const bytes = new TextEncoder().encode(layer), warnings: string[] = [];
  const warn = (message: string) => warnings.push(message);
  const binary = join(upgrade({ bytes, name: "old" }, { format: "binary", warn }));
  assert.match(warnings.join(), /number of field "height" of resize_param is not known/);
  const again = join(upgrade({ bytes: binary, name: "new" }, { format: "text", warn }));
  assert.equal(new TextDecoder().decode(again), layer.replace("        height: 300\n", ""));
});

Deno.test("settings that only training reads pass through a binary file", () => {
  const layer = (type: string, param: string, setting: string) =>
    `layer {\n  type: "${type}"\n  ${param} {\n    ${setting}\n  }\n}\n`;
  const layers = layer("Data", "data_param", "backend: LMDB") +
    layer("HingeLoss", "hinge_loss_param", "norm: L2") +
    layer("ContrastiveLoss", "contrastive_loss_param", "legacy_version: true") +
    layer("InfogainLoss", "infogain_loss_param", 'source: "matrix.binaryproto"');
  const binary = upgraded({ bytes: new TextEncoder().encode(layers), name: "old" }, "binary");
  assert.equal(new TextDecoder().decode(upgraded(binary, "text").bytes), layers);
});

Deno.test("settings that a binary file cannot express are reported", () => {
  const warnings: string[] = [];
  const bytes = new TextEncoder().encode(`layer { name: "b" type: "BN" odd_param { a: 1 }
    bn_param { bn_mode: INFERENCE } }
    layer { type: "Data" data_param { backend: IMAGEDB } }`);
  const options = { format: "binary", warn: (message: string) => warnings.push(message) } as const;
  join(upgrade({ bytes, name: "fork.prototxt" }, options));
  assert.deepEqual(warnings, [
    'fork.prototxt:1:1: the number of field "bn_mode" of BNParameter is not known; it is left out',
    'fork.prototxt:1:30: the number of field "odd_param" of LayerParameter is not known; it is left out',
    'fork.prototxt:3:5: the number of field "backend" of DataParameter is not known; it is left out',
  ]);
});

Deno.test("rounding settings of forks become the one with a field number", () => {
  const warnings: string[] = [];
  const options = { format: "binary", warn: (message: string) => warnings.push(message) } as const;
  const roundsDown = (settings: string) => {
    const bytes = new TextEncoder().encode(
      `layer { name: "p" type: "Pooling" pooling_param { ${settings} kernel_size: 3 } }`,
    );
    const binary = join(upgrade({ bytes, name: "fork.prototxt" }, options));
    const text = join(upgrade({ bytes: binary, name: "new" }, { format: "text" }));
    return /kernel_size: 3\n +round_mode: FLOOR\n/.test(new TextDecoder().decode(text));
  };
  assert.equal(roundsDown("ceil_mode: false"), true);
  assert.equal(roundsDown("ceil_mode: true"), false);
  assert.equal(roundsDown("cmp_out_shape_floor_as_conv: true"), true);
  assert.equal(roundsDown("round_mode: CEIL ceil_mode: false"), true);
  assert.equal(roundsDown("round_mode: FLOOR ceil_mode: true"), true);
  assert.deepEqual(warnings, []);
});

Deno.test("an input of five input_dim keeps them all", () => {
  const dims = [1, 3, 16, 112, 113];
  const old = `input: "x" ${dims.map((dim) => `input_dim: ${dim}`).join(" ")}
    layers { name: "c" type: CONVOLUTION3D bottom: "x" top: "c" }`;
  const upgraded = text(old);
  assert.deepEqual(upgraded.match(/(?<=dim: )\d+/g)?.map(Number), dims);
  assert.match(upgraded, /type: "Convolution3D"/);
});

Deno.test("a network of two formats is not upgraded", () => {
  assert.throws(() => text('layers { name: "a" type: RELU } layer { name: "b" type: "ReLU" }'), {
    message: /^Cannot read old.prototxt:1:33: a "layer" beside "layers"/,
  });
});

Deno.test("V0 layers without bottoms or tops are upgraded", () => {
  const old = `
    layers { layer { name: "mnist" type: "data" source: "leveldb" batchsize: 64 scale: 0.5 }
      top: "data" top: "label" }
    layers { layer { name: "ip" type: "innerproduct" num_output: 10 blobs_lr: 1 blobs_lr: 2
      weight_filler { type: "xavier" } } bottom: "data" top: "ip" }
    layers { layer { name: "loss" type: "softmax_loss" } bottom: "ip" bottom: "label" }
    layers { bottom: "label" }`;
  assert.equal(
    text(old),
    `layer {
  name: "mnist"
  type: "Data"
  top: "data"
  top: "label"
  transform_param {
    scale: 0.5
  }
  data_param {
    source: "leveldb"
    batch_size: 64
  }
}
layer {
  name: "ip"
  type: "InnerProduct"
  bottom: "data"
  top: "ip"
  param {
    lr_mult: 1
  }
  param {
    lr_mult: 2
  }
  inner_product_param {
    num_output: 10
    weight_filler {
      type: "xavier"
    }
  }
}
layer {
  name: "loss"
  type: "SoftmaxWithLoss"
  bottom: "ip"
  bottom: "label"
}
layer {
  bottom: "label"
}
`,
  );
});

Deno.test("V0 layers of windows and HDF5 output keep their settings", () => {
  const upgraded = text(`layers { layer { type: "window_data" det_fg_threshold: 0.75
    det_bg_threshold: 0.5 det_fg_fraction: 0.25 det_context_pad: 16 det_crop_mode: "square" } }
    layers { layer { type: "hdf5_output" hdf5_output_param { file_name: "out" } } }`);
  const settings = [...upgraded.matchAll(/^ {4}(.+)/gm)].map(([, setting]) => setting).join(" ");
  const window = "fg_threshold: 0.75 bg_threshold: 0.5 fg_fraction: 0.25 context_pad: 16";
  assert.equal(settings, `${window} crop_mode: "square" file_name: "out"`);
});

Deno.test("an input without a shape stays unspecified beside one with a shape", () => {
  const old = `input: "a" input: "b" input_shape { dim: 1 dim: 2 }
    layer { name: "c" type: "Concat" bottom: "a" bottom: "b" top: "c" }`;
  const [, a, b] = text(old).split(/^layer/m);
  assert.match(a!, /name: "a"[^]*shape {\s+dim: 1\s+dim: 2\s+}/);
  assert.match(b!, /name: "b"\s+type: "Input"\s+top: "b"\s+}\s*$/);
});

Deno.test("learned blobs are passed on from file to file in pieces", () => {
  const data = Float32Array.from({ length: 400_000 }, (_, i) => i);
  const blobs = [{ shape: [400, 1000], data }];
  const layers = [{ name: "ip", type: "InnerProduct", bottoms: ["x"], tops: ["y"], blobs }];
  const bytes = writeCaffemodel({ name: "net", layers });
  let most = 0;
  const read = (position: number, into: Uint8Array) => {
    most = Math.max(most, into.length);
    into.set(bytes.subarray(position, position + into.length));
  };
  const network = { bytes: { size: bytes.length, many: 1 << 10, read }, name: "net.caffemodel" };
  const chunks = [...upgrade(network)];
  assert.ok(Math.max(most, ...chunks.map(({ length }) => length)) <= 1 << 20);
  assert.deepEqual(join(chunks), bytes);
  const inject = [{
    layer: "ip",
    index: 0,
    value: { shape: [400, 1000], data: data.map(Math.sqrt) },
  }];
  const changed = join(upgrade(network, { inject }));
  assert.deepEqual(readWeights(changed).get("ip")![0]!.data, data.map(Math.sqrt));
});
