/**
 * The recorded cases that TensorFlow's ops cannot express, and why.
 *
 * @module
 */

/** Patterns of the cases' names, and the reason for each. */
const skips: readonly (readonly [cases: RegExp, reason: string])[] = [
  [/^(do|ssd|yolo[23])_|^proposal_|^filter$/, "it selects rows by their values"],
  [
    /^(roipool|roialign|psroi)_|^rfcn_tail$|^frcnn_tiny$/,
    "its bins depend on the values of regions",
  ],
  [/^(segup_|segnet_tiny$)/, "the last of several elements with one position must win"],
];

/** The reason why a case is refused, if it is. */
export function refusedByTensorFlow(name: string): string | undefined {
  return skips.find(([cases]) => cases.test(name))?.[1];
}
