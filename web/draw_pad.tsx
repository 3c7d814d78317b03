/**
 * A pad to draw on, white on black.
 *
 * @module
 */
/// <reference lib="dom" />
import { useEffect, useRef } from "preact/hooks";
import type { Image } from "../runtime/preprocess.ts";

/** The size of the pad in pixels, larger than the input of most networks that it is used for. */
const side = 280;
/** The width of its lines in pixels. */
const pen = 21;

/**
 * A pad that reports the drawing after each stroke.
 *
 * @param size The height and width that the drawing is resized to.
 */
export function DrawPad({ size, onDraw, onClear }: {
  readonly size: readonly [height: number, width: number];
  readonly onDraw: (image: Image) => void;
  readonly onClear: () => void;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const last = useRef<readonly [x: number, y: number] | undefined>(undefined);
  const context = () => canvas.current!.getContext("2d", { willReadFrequently: true })!;
  const clear = () => {
    context().fillStyle = "black";
    context().fillRect(0, 0, side, side);
  };
  useEffect(clear, []);

  const draw = (event: PointerEvent) => {
    const { left, top, width, height } = canvas.current!.getBoundingClientRect();
    const x = (event.clientX - left) * side / width;
    const y = (event.clientY - top) * side / height;
    const [fromX, fromY] = last.current ?? [x, y];
    const paper = context();
    Object.assign(paper, {
      strokeStyle: "white",
      lineWidth: pen,
      lineCap: "round",
      filter: "none",
    });
    paper.beginPath();
    paper.moveTo(fromX, fromY);
    // A line without length would not be drawn.
    paper.lineTo(x + 0.01, y);
    paper.stroke();
    last.current = [x, y];
  };
  const end = () => {
    if (last.current === undefined) return;
    last.current = undefined;
    onDraw(shrink(canvas.current!, size));
  };
  return (
    <div class="pad">
      <canvas
        ref={canvas}
        width={side}
        height={side}
        role="img"
        aria-label="A pad to draw on with a pointer"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          draw(event);
        }}
        onPointerMove={(event) => {
          if (last.current !== undefined) draw(event);
        }}
        onPointerUp={end}
        onPointerCancel={end}
      />
      <button
        type="button"
        onClick={() => {
          clear();
          onClear();
        }}
      >
        Clear
      </button>
    </div>
  );
}

/** The drawing resized to the network's input, by averaging. */
function shrink(canvas: HTMLCanvasElement, [height, width]: readonly [number, number]): Image {
  const context = new OffscreenCanvas(width, height).getContext("2d")!;
  context.imageSmoothingQuality = "high";
  context.drawImage(canvas, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}
