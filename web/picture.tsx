/**
 * The picture that a network was shown, and what it found there.
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

/** What was found, over whatever it lies on. */
export function Findings({ answer }: { readonly answer: Answer | undefined }) {
  const { boxes = null, classMap = null } = answer ?? {};
  return (
    <>
      {classMap !== null && <Places classMap={classMap} />}
      {boxes?.map((box, i) => <Frame key={i} box={box} />)}
    </>
  );
}

function Places({ classMap: { image, part } }: { readonly classMap: SeenMap }) {
  return (
    <div class="places" style={placed(part)}>
      <Pixels image={image} label="The class of each place" />
    </div>
  );
}

function Frame({ box: { index, label, score, left, top, right, bottom } }: {
  readonly box: FoundBox;
}) {
  return (
    <div class="found-box" style={placed({ left, top, width: right - left, height: bottom - top })}>
      <span>{label ?? `class ${index}`} {Math.round(100 * score)} %</span>
    </div>
  );
}

/** Where a part of a picture is on the page. */
function placed({ left, top, width, height }: Part) {
  const percent = (part: number) => `${100 * part}%`;
  return {
    left: percent(left),
    top: percent(top),
    width: percent(width),
    height: percent(height),
  };
}
