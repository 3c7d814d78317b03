/**
 * The page before a model is open.
 *
 * @module
 */
/// <reference lib="dom" />
import { accepted } from "./dropped.ts";
import { FileButton } from "./file_button.tsx";

/** Asks for a model. */
export function Welcome({ picture, onFiles, onDigits }: {
  /** A picture that was dropped before a model. */
  readonly picture: File | undefined;
  readonly onFiles: (files: Iterable<File>) => void;
  readonly onDigits: () => void;
}) {
  return (
    <main class="welcome">
      <div>
        <h1>Drop a Caffe model here and watch it run.</h1>
        <p>
          A <b>deploy.prototxt</b> with its <b>.caffemodel</b>, or a bundle{" "}
          <b>.npz</b>. It is converted on this computer and runs on its GPU. Nothing is sent
          anywhere, and nothing is kept.
        </p>
        <p class="choices">
          <FileButton multiple accept={accepted} onFiles={onFiles}>Choose files</FileButton>
          <button type="button" onClick={onDigits}>Try the digits</button>
        </p>
        <p class="waiting" role="status">
          {picture && <>{picture.name} is shown to the network as soon as one is open.</>}
        </p>
      </div>
      <Sketch />
    </main>
  );
}

/** A sketch of an inception module. */
function Sketch() {
  const step = (kind: string, x: number, y: number) => (
    <g class={`step kind-${kind}`} transform={`translate(${x} ${y})`}>
      <rect class="box" width="64" height="26" rx="4" />
      <rect class="kind" x="0.5" y="5" width="3" height="16" rx="1.5" />
    </g>
  );
  const down = (x: number, y: number, toX: number, toY: number) => {
    const middle = (y + toY) / 2;
    return <path class="line" d={`M${x} ${y}C${x} ${middle} ${toX} ${middle} ${toX} ${toY}`} />;
  };
  const columns = [40, 120, 200, 280];
  return (
    <svg class="sketch" viewBox="0 0 320 304" aria-hidden="true">
      {columns.map((x) => down(160, 34, x, 80))}
      {columns.slice(1).map((x) => down(x, 106, x, 150))}
      {columns.slice(1).map((x) => down(x, 176, 160, 226))}
      <path class="line" d="M40 106V176C40 204 160 196 160 226" />
      {down(160, 252, 160, 274)}
      {step("pooling", 128, 8)}
      {columns.slice(0, 3).map((x) => step("convolution", x - 32, 80))}
      {step("pooling", 248, 80)}
      {columns.slice(1).map((x) => step("convolution", x - 32, 150))}
      {step("join", 128, 226)}
      {step("activation", 128, 274)}
    </svg>
  );
}
