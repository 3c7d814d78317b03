/**
 * What nearly every network is made of.
 *
 * @module
 */
import type { Fields, LayerFields, Prototxt } from "./prototxt.ts";

/** The rates that training files give weights and biases. */
export const rates = [{ lr_mult: 1, decay_mult: 1 }, { lr_mult: 2, decay_mult: 0 }];

/** Settings of a convolution that are not always there. */
export interface ConvSettings extends LayerFields {
  /** More fields of `convolution_param`. */
  readonly convolution_param?: Fields;
}

/** A convolution with square kernels: its number of channels is the published one, made thinner. */
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

/** A ReLU in place, by the name of what it follows unless another is said. */
export function relu(net: Prototxt, name: string, fields: Fields = {}): string {
  return net.inPlace("ReLU", name, fields);
}

/** BatchNorm and Scale in place, as training files have them. */
export function batchNorm(net: Prototxt, bn: string, scale: string, fields: Fields = {}): string {
  net.inPlace("BatchNorm", bn, fields);
  return net.inPlace("Scale", scale, { scale_param: { bias_term: true } });
}

/** Pooling with square windows. */
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

/** The average of each channel. */
export function globalPool(net: Prototxt, name: string, fields: LayerFields = {}): string {
  return net.layer("Pooling", name, {
    ...fields,
    pooling_param: { pool: "AVE", global_pooling: true },
  });
}

/** A fully connected layer; classes are never fewer than published. */
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
