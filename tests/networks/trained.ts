/**
 * Recordings of networks with trained weights.
 *
 * @module
 */
import { convert } from "../../lib/convert.ts";
import type { Model } from "../../lib/model.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { shared } from "../shared.ts";

/** Each recording, and the model that it was made with. */
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

/** The network of a recording as it stands, for inputs of the shapes that were recorded. */
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
