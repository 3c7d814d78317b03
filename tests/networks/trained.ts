/**
 * Recordings of networks with trained weights.
 *
 * @module
 */
import { convert } from "../../lib/convert.ts";
import type { Model } from "../../lib/model.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { shared } from "../shared.ts";

/** The recordings, and the model of each. */
export const trained = {
  "lenet": "lenet",
  "mtcnn_det1": "mtcnn_det1",
  "mtcnn_det1_fcn": "mtcnn_det1",
  "mtcnn_det1_photo": "mtcnn_det1",
  "mtcnn_det2": "mtcnn_det2",
  "mtcnn_det2_photo": "mtcnn_det2",
  "mtcnn_det3": "mtcnn_det3",
  "mtcnn_det3_photo": "mtcnn_det3",
  "squeezenet_v1.0_cat": "squeezenet_v1.0",
} as const;

/** The network of a recording without transforms, for the recorded input shapes. */
export function convertTrained(
  recording: keyof typeof trained,
  inputs: ReadonlyMap<string, Tensor>,
): Model {
  const folder = trained[recording];
  const read = (file: string) => ({
    bytes: Deno.readFileSync(new URL(`models/${folder}/${file}`, shared)),
    name: file,
  });
  return convert(read("deploy.prototxt"), {
    caffemodel: read(`${folder}.caffemodel`),
    inputShapes: new Map([...inputs].map(([name, { shape }]) => [name, shape])),
    transforms: [],
  });
}
