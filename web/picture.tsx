/**
 * The picture that a network was shown, and the boxes that it found there.
 *
 * @module
 */
/// <reference lib="dom" />
import { useEffect, useState } from "preact/hooks";
import type { FoundBox } from "./messages.ts";

/** Shows a picture file. */
export function Picture({ file, boxes }: {
  readonly file: Blob;
  readonly boxes: readonly FoundBox[];
}) {
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    const address = URL.createObjectURL(file);
    setAddress(address);
    return () => URL.revokeObjectURL(address);
  }, [file]);
  if (address === undefined) return null;
  return (
    <div class="picture">
      <img src={address} alt={file instanceof File ? file.name : "The picture"} />
      <Boxes boxes={boxes} />
    </div>
  );
}

/** Frames over whatever they lie on. */
export function Boxes({ boxes }: { readonly boxes: readonly FoundBox[] }) {
  const percent = (part: number) => `${100 * part}%`;
  return (
    <>
      {boxes.map(({ index, label, score, left, top, right, bottom }, i) => (
        <div
          key={i}
          class="found-box"
          style={{
            left: percent(left),
            top: percent(top),
            width: percent(right - left),
            height: percent(bottom - top),
          }}
        >
          <span>{label ?? `class ${index}`} {Math.round(100 * score)} %</span>
        </div>
      ))}
    </>
  );
}
