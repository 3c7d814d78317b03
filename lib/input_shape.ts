/**
 * Finds out the shape of an input that its file leaves open.
 *
 * @module
 */
import type { Shape } from "../runtime/tensor.ts";
import type { Net } from "./caffe/net.ts";

/**
 * The shape of an input that a data layer brings in, as far as the layers that read it tell.
 *
 * A caffemodel saved after training has its data layer, but not the size of the images in the
 * database; only the crop is there, and the channels are those that the first weights take.
 *
 * @throws {TypeError} if that is not enough; the message says what to do.
 */
export function inferInput(net: Net, trained: Net, name: string): Shape {
  const source = net.layers.find(({ tops }) => tops.includes(name));
  const crop = source?.transform?.cropSize ?? 0;
  const reader = net.layers.find(({ bottoms }) => bottoms.includes(name));
  const weights = trained.layers.find((layer) => layer.name === reader?.name)?.blobs[0]?.shape;
  const channels = weights?.length === 4 ? weights[1]! : 3;
  if (crop > 0 && source?.tops[0] === name) return [1, channels, crop, crop];
  throw new TypeError(
    `the shape of its input "${name}" is not in the file; ` +
      `say it with --input-shape ${name}=N,${weights?.length === 4 ? channels : "C"},H,W`,
  );
}
