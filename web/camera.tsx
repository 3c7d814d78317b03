/**
 * Runs a network on the frames of the camera.
 *
 * @module
 */
/// <reference lib="dom" />
import { useEffect, useRef, useState } from "preact/hooks";
import type { Answer } from "./messages.ts";
import { Findings } from "./picture.tsx";

/** Starts when mounted, and stops when unmounted, or when a frame fails. */
export function Camera({ answer, onFrame, onError }: {
  readonly answer: Answer | undefined;
  /** Handles a frame, and returns whether to continue. */
  readonly onFrame: (frame: ImageBitmap) => Promise<boolean>;
  /** Shows an error, or none when the camera starts. */
  readonly onError: (message: string | undefined) => void;
}) {
  const video = useRef<HTMLVideoElement>(null);
  const [state, setState] = useState<"waiting" | "on" | "stopped">("waiting");
  const [starts, setStarts] = useState(0);
  useEffect(() => {
    const controller = new AbortController(), { signal } = controller;
    setState("waiting");
    onError(undefined);
    run(video.current!, signal, onFrame, () => setState("on"))
      .catch((error: Error) => {
        if (!signal.aborted) onError(`Cannot use the camera: ${error.message}`);
      })
      .finally(() => {
        if (!signal.aborted) setState("stopped");
      });
    return () => controller.abort();
  }, [starts]);
  return (
    <div class="picture">
      <video ref={video} muted playsInline aria-label="Camera picture" />
      <Findings answer={answer} />
      {state === "waiting" && <p class="hint">Waiting for the camera.</p>}
      {state === "stopped" && (
        <button type="button" onClick={() => setStarts(starts + 1)}>Start the camera again</button>
      )}
    </div>
  );
}

async function run(
  video: HTMLVideoElement,
  signal: AbortSignal,
  onFrame: (frame: ImageBitmap) => Promise<boolean>,
  onStart: () => void,
): Promise<void> {
  if (navigator.mediaDevices === undefined) {
    throw new Error("the page must be loaded over https or from localhost");
  }
  const stream = await navigator.mediaDevices.getUserMedia({
    video: { facingMode: "environment" },
  });
  try {
    if (signal.aborted) return;
    video.srcObject = stream;
    await video.play();
    onStart();
    for (let continues = true; continues && !signal.aborted;) {
      await new Promise(requestAnimationFrame);
      const frame = await createImageBitmap(video);
      if (signal.aborted) frame.close();
      else continues = await onFrame(frame);
    }
  } finally {
    for (const track of stream.getTracks()) track.stop();
  }
}
