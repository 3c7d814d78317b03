/**
 * GuidedDropout: a Dropout of the channels that matter least to a domain, whose guidance [N, C] is the
 * second bottom.
 *
 * A stochastic one does nothing outside training. A deterministic one keeps, in inference too, the
 * channels whose guidance is above the threshold, times the number of all channels by that of those.
 *
 * @see https://github.com/Cysu/dgd_person_reid
 * @module
 */
import { float, message, string } from "../../../proto/message.ts";
import { count, showShape } from "../../../runtime/tensor.ts";
import { apply, defineLayer } from "../layer.ts";
import { LayerNodes } from "../layer_nodes.ts";

const param = {
  name: "guided_dropout_param",
  message: message("GuidedDropoutParameter", {
    type: string(0),
    guidance_threshold: float(0),
    /** For training only. */
    sigmoid_scaler: float(0),
  }),
};

export const guidedDropout = defineLayer({
  type: "GuidedDropout",
  ops: ["affine", "clip", "power", "reduce", "reshape", "threshold"],
  param,
  bottoms: [2, 2],
  // Where the guidance is not read, it is no input of the network.
  uses: (layer) => layer.param(param).type === "stochastic" ? 1 : undefined,

  lower({ graph, name, param, bottoms: [bottom, guidance] }) {
    const { type, guidance_threshold: threshold } = param;
    if (type === "stochastic") return [bottom!];
    if (type !== "deterministic") {
      const found = type === undefined ? "missing" : JSON.stringify(type);
      throw new TypeError(`its type is ${found}, but must be stochastic or deterministic`);
    }
    if (threshold === undefined) {
      throw new TypeError("its type is deterministic, but its guidance_threshold is missing");
    }
    const [batch, channels] = bottom!.shape;
    if (channels === undefined || count(guidance!.shape) !== batch! * channels) {
      throw new TypeError(
        `its bottoms are ${showShape(bottom!.shape)} and ${showShape(guidance!.shape)}, but it ` +
          "needs features [N, C, …] and their guidance [N, C]",
      );
    }
    const nodes = new LayerNodes(graph, name);
    const guides = nodes.add("reshape", "guides", [guidance!], { shape: [-1, channels] });
    const mask = nodes.add("threshold", "mask", [guides], { threshold });
    const kept = nodes.add("reduce", "kept", [mask], { axis: 1 });
    // Where none is kept, everything is masked.
    const some = nodes.add("clip", "some", [kept], { min: 1, max: channels });
    const share = nodes.add("power", "share", [some], { scale: 1 / channels, power: -1 });
    const factors = nodes.add("affine", "factors", [mask, share], { axis: 0, terms: "scale" });
    return [apply(graph, "affine", name, [bottom!, factors], { axis: 0, terms: "scale" })];
  },
});
