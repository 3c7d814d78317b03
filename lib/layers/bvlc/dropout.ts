/**
 * Dropout: the identity outside training.
 *
 * Caffe scales what it keeps during training. Some forks can leave that to inference (`scale_train:
 * false`), which then scales everything down.
 *
 * @module
 */
import { bool, float, message } from "../../../proto/message.ts";
import { apply, defineLayer } from "../layer.ts";

/** Bayesian SegNet's: drops outside training too, at random. */
const sample_weights_test = bool(0, false);

export const dropout = defineLayer({
  type: "Dropout",
  ops: ["power"],
  param: {
    name: "dropout_param",
    number: 108,
    message: message("DropoutParameter", {
      dropout_ratio: float(1, 0.5),
      scale_train: bool(0, true),
      sample_weights_test,
    }),
  },

  lower({ graph, name, param, bottoms }) {
    refuseSampling(param);
    if (param.scale_train) return bottoms;
    return [apply(graph, "power", name, bottoms, { scale: 1 - param.dropout_ratio })];
  },
});

/** SpatialDropout: the same of whole channels, in forks that estimate poses, and in ENet's. */
export const spatialDropout = defineLayer({
  type: "SpatialDropout",
  param: {
    name: "spatial_dropout_param",
    message: message("SpatialDropoutParameter", {
      dropout_ratio: float(0, 0.5),
      sample_weights_test,
    }),
  },

  lower({ param, bottoms }) {
    refuseSampling(param);
    return bottoms;
  },
});

/** Refuses to drop at random. */
function refuseSampling(param: { readonly sample_weights_test: boolean }): void {
  if (!param.sample_weights_test) return;
  throw new TypeError(
    "it has sample_weights_test: true, and would drop values at random in inference too, which " +
      "is not supported; without that line nothing is dropped, and the network gives about the " +
      "mean of such runs",
  );
}
