/**
 * Names of blobs in running text. Each is isolated, so that one in Arabic or Hebrew does not reverse
 * the numbers beside it.
 *
 * @module
 */
/// <reference lib="dom" />
import type { Shape } from "../runtime/tensor.ts";

/** Lists blobs with their shapes, where those are given. */
export function Blobs({ blobs }: {
  readonly blobs: readonly { readonly name: string; readonly shape?: Shape }[];
}) {
  return (
    <>
      {blobs.map(({ name, shape }, i) => (
        <>
          {i > 0 && ", "}
          <bdi>{name}</bdi>
          {shape && ` ${shape.join(" × ")}`}
        </>
      ))}
    </>
  );
}
