/**
 * Shows a network what the camera sees, frame after frame.
 *
 * @module
 */
/// <reference lib="dom" />
import { useEffect, useRef, useState } from "preact/hooks";
import type { FoundBox } from "./messages.ts";
import { Boxes } from "./picture.tsx";

/** Starts when it is shown, and stops when it is gone. */
export function Camera({ boxes, onFrame, onError }: {
  readonly boxes: readonly FoundBox[];
  /** Is given a frame, and may have the next one when it is done. */
  readonly onFrame: (frame: ImageBitmap) => Promise<void>;
  readonly onError: (message: string) => void;
}) {
  const video = useRef<HTMLVideoElement>(null);
  const [isOn, setOn] = useState(false);
  useEffect(() => {
    const wanted = new AbortController();
    run(video.current!, wanted.signal, onFrame, () => setOn(true)).catch((error: Error) => {
      if (!wanted.signal.aborted) onError(`Cannot use the camera: ${error.message}`);
    });
    return () => wanted.abort();
  }, []);
  return (
    <div class="picture">
      <video ref={video} muted playsInline aria-label="What the camera sees" />
      <Boxes boxes={boxes} />
      {!isOn && <p class="hint">Waiting for the camera.</p>}
    </div>
  );
}

async function run(
  video: HTMLVideoElement,
  wanted: AbortSignal,
  onFrame: (frame: ImageBitmap) => Promise<void>,
  onStart: () => void,
): Promise<void> {
  if (navigator.mediaDevices === undefined) {
    throw new Error("the page must come over https or from localhost");
  }
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { facingMode: "environment" },
  });
  try {
    if (wanted.aborted) return;
    video.srcObject = stream;
    await video.play();
    onStart();
    while (!wanted.aborted) {
      await new Promise(requestAnimationFrame);
      await onFrame(await createImageBitmap(video));
    }
  } finally {
    for (const track of stream.getTracks()) track.stop();
  }
}
