/**
 * The input picture of a network, with its results drawn over it.
 *
 * @module
 */
/// <reference lib="dom" />
import { useEffect, useState } from "preact/hooks";
import type { FoundBox } from "../lib/answers/boxes.ts";
import type { Part } from "../lib/answers/part.ts";
import type { Answer, SeenMap } from "./messages.ts";
import { Pixels } from "./pixels.tsx";

/** Shows a picture file. */
export function Picture({ file, answer }: {
  readonly file: Blob;
  readonly answer: Answer | undefined;
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
      <Findings answer={answer} />
    </div>
  );
}

/** The class map and the boxes, as an overlay. */
export function Findings({ answer }: { readonly answer: Answer | undefined }) {
  const { boxes = null, classMap = null } = answer ?? {};
  return (
    <>
      {classMap !== null && <ClassMap classMap={classMap} />}
      {boxes?.map((box, i) => <Frame key={i} box={box} />)}
    </>
  );
}

function ClassMap({ classMap: { image, part } }: { readonly classMap: SeenMap }) {
  return (
    <div class="class-map" style={styleOf(part)}>
      <Pixels image={image} label="The class map" />
    </div>
  );
}

function Frame({ box: { index, label, score, left, top, right, bottom, landmarks } }: {
  readonly box: FoundBox;
}) {
  return (
    <>
      <div
        class="found-box"
        style={styleOf({ left, top, width: right - left, height: bottom - top })}
      >
        <span>{label ?? `class ${index}`} {Math.round(100 * score)} %</span>
      </div>
      {landmarks?.map(([x, y], i) => (
        <div
          key={i}
          class="landmark"
          style={{ left: percent(x), top: percent(y) }}
        />
      ))}
    </>
  );
}

/** The CSS position of a part of the picture. */
function styleOf({ left, top, width, height }: Part) {
  return {
    left: percent(left),
    top: percent(top),
    width: percent(width),
    height: percent(height),
  };
}

function percent(part: number): string {
  return `${100 * part}%`;
}
