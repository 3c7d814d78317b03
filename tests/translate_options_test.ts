/** Hints in the converter's messages, as options of the command line. */
import assert from "node:assert/strict";
import { translateOptions } from "../lib/translate_options.ts";
import {
  alignCropsHint,
  cropHint,
  customLayerHint,
  injectHint,
  inputShapeHint,
  inputShapesHint,
  meanHint,
  meanImageHint,
  outputsHint,
  resizeHint,
  scaleHint,
  stateHint,
} from "../lib/option_hints.ts";

const cases: readonly (readonly [hint: string, option: string])[] = [
  [inputShapeHint("data", "N, 3, H, W"), "--input-shape data=N,3,H,W"],
  [inputShapeHint('a "b"', "N, C"), '--input-shape a "b"=N,C'],
  [
    inputShapesHint([["a", "N, C"], ['b "[', "T"], ["c", "N, 3, H"]]),
    '--input-shape a=N,C --input-shape b "[=T --input-shape c=N,3,H',
  ],
  [injectHint("conv8"), "--inject conv8"],
  [outputsHint(["fc7", "b/c"]), "--outputs fc7,b/c"],
  [cropHint([4, 5]), "--crop 5x4"],
  [resizeHint, "--resize"],
  [meanHint([104, 117.5]), "--mean-values 104,117.5"],
  [scaleHint(-1e-7), "--input-scale -1e-7"],
  [meanImageHint, "--mean"],
  [alignCropsHint, "--align-crops"],
  [customLayerHint, "a custom layer can be given with --layers"],
  [
    stateHint({ phase: "TRAIN", level: 2, stages: ["a", "b"] }),
    "-p train --level 2 --stage a --stage b",
  ],
  [stateHint({ stages: ["val"] }), "--stage val"],
];

for (const [hint, option] of cases) {
  Deno.test(`translateOptions() replaces ${hint} by ${option}`, () => {
    assert.equal(translateOptions(`give ${hint}, or ${hint}`), `give ${option}, or ${option}`);
  });
}
