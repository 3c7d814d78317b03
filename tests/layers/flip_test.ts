/**
 * Flip and Mirror, of a small image.
 */
import { tensor, testLayer } from "./harness.ts";

const image = tensor([1, 1, 2, 3], `1 2 3  4 5 6`);

testLayer("Flip", [
  {
    does: "reverses columns by default",
    bottoms: [image],
    tops: [tensor([1, 1, 2, 3], `3 2 1  6 5 4`)],
  },
  {
    does: "reverses rows with flip_height",
    param: { flip_width: false, flip_height: true },
    bottoms: [image],
    tops: [tensor([1, 1, 2, 3], `4 5 6  1 2 3`)],
  },
  {
    does: "reverses rows and columns",
    param: { flip_height: true },
    bottoms: [image],
    tops: [tensor([1, 1, 2, 3], `6 5 4  3 2 1`)],
  },
  {
    does: "is the identity without either",
    param: { flip_width: false },
    bottoms: [image],
    tops: [image],
  },
]);

testLayer("Mirror", [{
  does: "reverses columns",
  bottoms: [image],
  tops: [tensor([1, 1, 2, 3], `3 2 1  6 5 4`)],
}]);
