/**
 * Networks that Caffe refuses are refused here too, with the layer, the reason and the place.
 */
import assert from "node:assert/strict";
import { convert } from "../lib/convert.ts";

const folder = new URL("goldens/rejects/", import.meta.url);

/** The expected message of each refused network. */
const refused: Readonly<Record<string, RegExp>> = {
  blob_number:
    /^Cannot convert layer "conv1" \(Convolution\): the caffemodel has 2 blobs for it \(\[3, 2, 3, 3\], \[3\]\), but it needs 1 \(weights \[3, 2, 3, 3\]\)/,
  bn_lr_nonzero: /^Cannot convert layer "bn" \(BatchNorm\): .*lr_mult/,
  concat_axis_and_dim: /^Cannot convert layer "c" \(Concat\): .*axis.*concat_dim/,
  conv_group_indivisible: /^Cannot convert layer "conv" \(Convolution\): .*group/,
  conv_kernel_size_and_h: /^Cannot convert layer "conv" \(Convolution\): .*kernel_size.*kernel_h/,
  conv_no_num_output: /^Cannot convert layer "conv" \(Convolution\): .*num_output/,
  crop_out_of_bounds:
    /^Cannot convert layer "c" \(Crop\): offset 4 and size 4 reach outside axis 2/,
  duplicate_top: /^Cannot convert layer "s" \(Sigmoid\): there is a blob "y" already/,
  eltwise_coeff_count: /^Cannot convert layer "e" \(Eltwise\): it has 1 coeff for 2 bottoms/,
  eltwise_coeff_prod: /^Cannot convert layer "e" \(Eltwise\): .*coeff.*PROD/,
  eltwise_shape: /^Cannot convert layer "e" \(Eltwise\): its bottoms are \[2, 3\] and \[2, 4\]/,
  flatten_order: /^Cannot convert layer "f" \(Flatten\): .*end_axis/,
  include_and_exclude: /^Cannot convert layer "r" \(ReLU\): it has both include and exclude rules/,
  inplace_after_other_reader:
    /^Cannot convert layer "r" \(ReLU\): it overwrites "a", which layer "p" reads too/,
  layer_order:
    /^Cannot convert layer "r2" \(ReLU\): no layer before it has a top "a"; layer "r1" has, but it comes after this one/,
  pool_3d: /^Cannot convert layer "pool" \(Pooling\): .*\[1, 2, 3\]/,
  pool_global_with_kernel: /^Cannot convert layer "pool" \(Pooling\): .*global_pooling/,
  reshape_count: /^Cannot convert layer "r" \(Reshape\): .*120.*\[7\]/,
  share_strict_shape:
    /^Cannot convert layer "ip2" \(InnerProduct\): it shares its weights "w" with layer "ip1", where its shape is \[2, 3\], but here \[4, 3\] is needed/,
  softmaxloss_two_tops_with_weights:
    /^Cannot convert layer "loss" \(SoftmaxWithLoss\): .*loss_weight/,
  spp_pad:
    /^Cannot convert layer "s" \(SPP\): its input \[1, 2, 5, 5\] is too small for 4 × 4 windows/,
  weight_shape_mismatch:
    /^Cannot convert layer "ip" \(InnerProduct\): the shape of its weights is \[4, 27\], but num_output 4 with a bottom \[2, 3, 4, 4\] needs \[4, 48\]/,
};

/** Networks that are converted nevertheless, and their warnings. */
const accepted: Readonly<Record<string, RegExp | undefined>> = {
  unknown_field:
    /^net.prototxt:13:\d+: ReLUParameter has no field "slope" \(did you mean "negative_slope"\?\)/,
  // Only Caffe's CPU code refuses it, where its GPU code takes the mean weighted by the elements.
  pool_stochastic_cpu: undefined,
  // Its weights have names, so it does not matter that the old file leaves out its input.
  v0_binary_without_input: undefined,
  // A type of a fork.
  unknown_type: undefined,
};

for (const { name } of Deno.readDirSync(folder)) {
  const read = (file: string) => ({
    bytes: Deno.readFileSync(new URL(`${name}/${file}`, folder)),
    name: file,
  });
  const trained = [...Deno.readDirSync(new URL(`${name}/`, folder))]
    .some((entry) => entry.name === "net.caffemodel");
  const warnings: string[] = [];
  const run = () =>
    convert(read("net.prototxt"), {
      caffemodel: trained ? read("net.caffemodel") : undefined,
      warn: (message) => warnings.push(message),
    });
  if (Object.hasOwn(accepted, name)) {
    Deno.test(`${name} is accepted`, () => {
      assert(run().graph.outputs.length > 0);
      const expected = accepted[name];
      if (expected !== undefined) assert.match(warnings.join("\n"), expected);
    });
  } else {
    Deno.test(`${name} is refused`, () => {
      assert(refused[name] !== undefined, "it is not in the list");
      assert.throws(run, { name: "TypeError", message: refused[name] });
      assert.throws(run, { message: /\n {2}at net\.prototxt:\d+:\d+$/ });
    });
  }
}

Deno.test("layers of unknown types are reported together, with names and positions", () => {
  const layer = (name: string, type: string) =>
    `layer { name: "${name}" type: "${type}" bottom: "x" top: "${name}" }\n`;
  const text = `input: "x" input_shape { dim: 1 }\n` +
    layer("a", "Softmix") + layer("b", "ReLU") + layer("c", "MyOwn");
  const network = { bytes: new TextEncoder().encode(text), name: "net.prototxt" };
  assert.throws(() => convert(network), {
    name: "TypeError",
    message: `Cannot convert the network: 2 layers have unsupported types:
  layer "a" (Softmix) (did you mean "Softmax"?) at net.prototxt:2:1
  layer "c" (MyOwn) at net.prototxt:4:1
A module that defines them can be given with --layers, or their definitions as \`layers\`
The network can end before them: outputs: ["b"]`,
  });
});
