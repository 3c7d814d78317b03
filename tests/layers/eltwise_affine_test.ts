import { tensor, testLayer } from "./harness.ts";

const bottoms = [tensor([1, 2, 1, 2], `1 2 -3 4`)];
const constant = (value: number) => ({ type: "constant", value });

testLayer("EltwiseAffine", [
  {
    does: "is nearly the identity before training",
    bottoms,
    tops: [tensor([1, 2, 1, 2], `1.0002 2.0003 -3.0002 4.0005`)],
  },
  {
    does: "starts from its fillers",
    param: { slope_filler: constant(2), bias_filler: constant(0.5) },
    bottoms,
    tops: [tensor([1, 2, 1, 2], `2.5 4.5 -5.5 8.5`)],
  },
  {
    does: "has a slope and a bias for each channel",
    bottoms,
    blobs: [tensor([2], `2 10`), tensor([2], `0 1`)],
    tops: [tensor([1, 2, 1, 2], `2 4 -29 41`)],
  },
  {
    does: "has one slope and one bias if its blobs are one number each",
    bottoms,
    blobs: [{ shape: [], data: Float32Array.of(2) }, { shape: [], data: Float32Array.of(1) }],
    tops: [tensor([1, 2, 1, 2], `3 5 -5 9`)],
  },
]);
