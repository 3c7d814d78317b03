import assert from "node:assert/strict";
import { netLayer, runLayer, tensor, testLayer } from "./harness.ts";

const image = tensor([1, 1, 2, 3], `1 2 3  4 5 6`);

testLayer("Dropout", [{
  does: "scales by what it keeps in training if that does not, with scale_train: false",
  param: { dropout_ratio: 0.25, scale_train: false },
  bottoms: [image],
  tops: [tensor([1, 1, 2, 3], `0.75 1.5 2.25  3 3.75 4.5`)],
}]);

for (const type of ["Dropout", "SpatialDropout"]) {
  Deno.test(`${type} that samples in inference is refused, with what to do`, () => {
    const layer = netLayer(type, { sample_weights_test: true });
    assert.throws(() => runLayer(layer, [image]), {
      message: /^it has sample_weights_test: true, .*; without that line nothing is dropped, /,
    });
  });
}

testLayer("SeLuDropout", [{
  does: "keeps its bottom",
  param: { dropout_ratio: 0.25 },
  bottoms: [image],
  tops: [image],
}]);

testLayer("SpatialDropout", [{
  does: "keeps its bottom",
  param: { dropout_ratio: 0.25 },
  bottoms: [image],
  tops: [image],
}]);
