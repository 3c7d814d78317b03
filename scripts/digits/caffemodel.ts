/**
 * Writes a network's layers and weights as a binary `NetParameter` of Caffe.
 *
 * It stands in for `lib/caffe/write.ts`, whose function has the same name and argument: once that
 * is there, `train_digits.ts` imports it instead, and this file goes.
 *
 * @see https://github.com/BVLC/caffe/blob/master/src/caffe/proto/caffe.proto
 *
 * @module
 */
import protobuf from "protobufjs/minimal";
import type { Tensor } from "../../runtime/tensor.ts";

/** A layer with its learned blobs. */
export interface Layer {
  readonly name: string;
  readonly type: string;
  readonly bottoms: readonly string[];
  readonly tops: readonly string[];
  readonly blobs: readonly Tensor[];
}

/** The bytes of a caffemodel file. */
export function writeCaffemodel(
  net: { readonly name: string; readonly layers: readonly Layer[] },
): Uint8Array {
  const writer = protobuf.Writer.create();
  writer.uint32(tag(1, 2)).string(net.name);
  for (const layer of net.layers) {
    writer.uint32(tag(100, 2)).fork();
    writer.uint32(tag(1, 2)).string(layer.name);
    writer.uint32(tag(2, 2)).string(layer.type);
    for (const bottom of layer.bottoms) writer.uint32(tag(3, 2)).string(bottom);
    for (const top of layer.tops) writer.uint32(tag(4, 2)).string(top);
    for (const blob of layer.blobs) {
      writer.uint32(tag(7, 2)).fork();
      writer.uint32(tag(7, 2)).fork();
      writer.uint32(tag(1, 2)).fork();
      for (const extent of blob.shape) writer.int64(extent);
      writer.ldelim().ldelim();
      writer.uint32(tag(5, 2)).fork();
      for (const value of blob.data) writer.float(value);
      writer.ldelim().ldelim();
    }
    writer.ldelim();
  }
  return writer.finish();
}

function tag(field: number, wireType: number): number {
  return field << 3 | wireType;
}
