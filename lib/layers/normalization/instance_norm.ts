/**
 * InstanceNorm: subtracts the mean of each channel of a sample, and divides by the standard deviation.
 * Learned factors and offsets, if any, belong to a Scale layer that follows.
 *
 * One fork has no settings, and adds 0.0001 to the variance; another has an eps.
 *
 * @see https://github.com/GuoShi28/Caffe-Instance-Normalization-and-Guided-Instance-Normalization
 * @module
 */
import { float, message, onlyWith } from "../../../proto/message.ts";
import { expectImage, type Shape } from "../../../runtime/tensor.ts";
import { showAmount } from "../../numbers.ts";
import { apply, defineLayer } from "../layer.ts";

const param = {
  name: "instance_norm_param",
  message: message("InstanceNormParameter", { eps: float(0), ...onlyWith({ affine: false }) }),
};

export const instanceNorm = defineLayer({
  type: "InstanceNorm",
  ops: ["standardize"],
  param,

  lower({ graph, name, layer, param: { eps = 1e-4 }, bottoms: [bottom], stored = [] }) {
    refuseBlobs(stored);
    if (layer.hasParam(param) && layer.param(param).eps === undefined) {
      throw new TypeError(
        "its instance_norm_param has no eps, and the default differs between forks: add eps: 1e-5, " +
          "or what the fork's caffe.proto says",
      );
    }
    expectImage(bottom!.shape);
    const settings = { over: "plane", eps, epsUnderRoot: true } as const;
    return [apply(graph, "standardize", name, [bottom!], settings)];
  },
});

/** @throws {TypeError} if there are learned factors and offsets, which only other forks have here. */
export function refuseBlobs({ length }: readonly Shape[]): void {
  if (length === 0) return;
  throw new TypeError(
    `the caffemodel has ${showAmount(length, "blob")} for it, but only forks without any are ` +
      "supported",
  );
}
