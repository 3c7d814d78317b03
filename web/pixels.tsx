/**
 * Images on a canvas.
 *
 * @module
 */
/// <reference lib="dom" />
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Image } from "../runtime/preprocess.ts";

/** The approximate displayed width: larger images are smoothed, smaller ones show sharp pixels. */
const displayedWidth = 320;

/** Shows an image; `label` describes it. */
export function Pixels({ image, label }: { readonly image: Image; readonly label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height, data } = image;
  useLayoutEffect(() => {
    const pixels = new ImageData(width, height);
    pixels.data.set(data);
    canvas.current!.getContext("2d")!.putImageData(pixels, 0, 0);
  }, [data]);
  return (
    <canvas
      class={width > displayedWidth ? "pixels" : "pixels sharp"}
      ref={canvas}
      width={width}
      height={height}
      role="img"
      aria-label={label}
    />
  );
}
