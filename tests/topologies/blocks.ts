/**
 * Layers that most topologies share.
 *
 * @module
 */
import type { Fields, LayerFields, Prototxt } from "./prototxt.ts";

/** The usual `param` messages of weights and biases in training files. */
export const rates = [{ lr_mult: 1, decay_mult: 1 }, { lr_mult: 2, decay_mult: 0 }];

/** Optional fields of a convolution. */
export interface ConvSettings extends LayerFields {
  /** Further fields of `convolution_param`. */
  readonly convolution_param?: Fields;
}

/** Adds a convolution with square kernels; `output` is the published number of channels. */
export function conv(
  net: Prototxt,
  name: string,
  output: number,
  kernel: number,
  { convolution_param, ...fields }: ConvSettings = {},
): string {
  const settings = { num_output: net.channels(output), kernel_size: kernel, ...convolution_param };
  return net.layer("Convolution", name, { ...fields, convolution_param: settings });
}

/** Adds an in-place ReLU. */
export function relu(net: Prototxt, name: string, fields: Fields = {}): string {
  return net.inPlace("ReLU", name, fields);
}

/** Adds a pooling layer with square windows. */
export function pool(
  net: Prototxt,
  name: string,
  method: "MAX" | "AVE",
  kernel: number,
  stride: number,
  fields: LayerFields & { readonly pooling_param?: Fields } = {},
): string {
  const { pooling_param, ...rest } = fields;
  return net.layer("Pooling", name, {
    ...rest,
    pooling_param: { pool: method, kernel_size: kernel, stride, ...pooling_param },
  });
}

/** Adds global average pooling. */
export function globalPool(net: Prototxt, name: string, fields: LayerFields = {}): string {
  return net.layer("Pooling", name, {
    ...fields,
    pooling_param: { pool: "AVE", global_pooling: true },
  });
}

/** Adds a fully connected layer; its number of outputs is not scaled. */
export function dense(
  net: Prototxt,
  name: string,
  output: number,
  fields: LayerFields & { readonly inner_product_param?: Fields } = {},
): string {
  const { inner_product_param, ...rest } = fields;
  return net.layer("InnerProduct", name, {
    ...rest,
    inner_product_param: { num_output: output, ...inner_product_param },
  });
}
