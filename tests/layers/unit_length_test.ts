import assert from "node:assert/strict";
import { netLayer, runLayer, tensor, testLayer } from "./harness.ts";
import { runText } from "./text_layer.ts";

const image = tensor([2, 2, 1, 2], `1 1 1 1  0 3 4 0`);

testLayer("Normalization", [{
  does: "divides each sample by its L2 norm, and flattens it",
  bottoms: [image],
  tops: [tensor([2, 4], `0.5 0.5 0.5 0.5  0 0.6 0.8 0`)],
}, {
  does: "keeps the shape of a matrix",
  bottoms: [tensor([1, 2], `-3 4`)],
  tops: [tensor([1, 2], `-0.6 0.8`)],
}]);

for (const type of ["L2Normalize", "NormL2"]) {
  testLayer(type, [{
    does: "divides each sample by its L2 norm, with an eps under the root",
    bottoms: [tensor([2, 2, 1, 2], `1 1 1 1  0 3e-4 1e-4 0`)],
    tops: [tensor([2, 2, 1, 2], `0.5 0.5 0.5 0.5  0 0.6708204 0.2236068 0`)],
  }, {
    does: "adds axes up to four",
    bottoms: [tensor([1, 2], `-3 4`)],
    tops: [tensor([1, 2, 1, 1], `-0.6 0.8`)],
  }]);
}

for (const type of ["L2Norm", "L2Normalization", "NormalizationL2"]) {
  testLayer(type, [{
    does: "divides each sample of one position by its L2 norm",
    bottoms: [tensor([1, 2, 1, 1], `-3 4`)],
    tops: [tensor([1, 2, 1, 1], `-0.6 0.8`)],
  }]);

  Deno.test(`${type} refuses images, which forks normalize differently`, () => {
    assert.throws(() => runLayer(netLayer(type), [image]), {
      message: /^its bottom is \[2, 2, 1, 2\], but some forks normalise each position/,
    });
  });
}

Deno.test("Normalization refuses another norm", () => {
  const of = (norm: string) => () =>
    runText(
      `layer { name: "y" type: "Normalization" bottom: "x" top: "y"
        normalization_param { norm: ${norm} } }`,
      { x: image },
    );
  assert.throws(of("L1"), {
    message: /NormalizationParameter.norm is L1, but only L2 is supported/,
  });
  assert.deepEqual(of("L2")().warnings, []);
});
