/**
 * Dropout: the identity outside training.
 *
 * Caffe scales what it keeps during training. Some forks can leave that to inference (`scale_train:
 * false`), which then scales everything down.
 *
 * @module
 */
import { bool, float, message, onlyWith } from "../../../proto/message.ts";
import { apply, defineLayer } from "../layer.ts";

export const dropout = defineLayer({
  type: "Dropout",
  ops: ["power"],
  param: {
    name: "dropout_param",
    number: 108,
    message: message("DropoutParameter", {
      dropout_ratio: float(1, 0.5),
      scale_train: bool(0, true),
      // Bayesian SegNet's: drops outside training too, at random.
      ...onlyWith({ sample_weights_test: false }),
    }),
  },

  lower: ({ graph, name, param, bottoms }) =>
    param.scale_train
      ? bottoms
      : [apply(graph, "power", name, bottoms, { scale: 1 - param.dropout_ratio })],
});

/** SpatialDropout: the same of whole channels, in forks that estimate poses. */
export const spatialDropout = defineLayer({
  type: "SpatialDropout",
  lower: ({ bottoms }) => bottoms,
});
