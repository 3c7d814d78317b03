/**
 * Shows a network what the camera sees, frame after frame.
 *
 * @module
 */
/// <reference lib="dom" />
import { useEffect, useRef, useState } from "preact/hooks";
import type { Answer } from "./messages.ts";
import { Findings } from "./picture.tsx";

/** Starts when it is shown, and stops when it is gone, or when a frame cannot be looked at. */
export function Camera({ answer, onFrame, onError }: {
  readonly answer: Answer | undefined;
  /** Takes a frame, and says whether it wants the next one. */
  readonly onFrame: (frame: ImageBitmap) => Promise<boolean>;
  readonly onError: (message: string) => void;
}) {
  const video = useRef<HTMLVideoElement>(null);
  const [state, setState] = useState<"waiting" | "on" | "stopped">("waiting");
  const [times, setTimes] = useState(0);
  useEffect(() => {
    const wanted = new AbortController();
    setState("waiting");
    run(video.current!, wanted.signal, onFrame, () => setState("on"))
      .catch((error: Error) => {
        if (!wanted.signal.aborted) onError(`Cannot use the camera: ${error.message}`);
      })
      .finally(() => {
        if (!wanted.signal.aborted) setState("stopped");
      });
    return () => wanted.abort();
  }, [times]);
  return (
    <div class="picture">
      <video ref={video} muted playsInline aria-label="What the camera sees" />
      <Findings answer={answer} />
      {state === "waiting" && <p class="hint">Waiting for the camera.</p>}
      {state === "stopped" && (
        <button type="button" onClick={() => setTimes(times + 1)}>Start the camera again</button>
      )}
    </div>
  );
}

async function run(
  video: HTMLVideoElement,
  wanted: AbortSignal,
  onFrame: (frame: ImageBitmap) => Promise<boolean>,
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
    for (let goesOn = true; goesOn && !wanted.aborted;) {
      await new Promise(requestAnimationFrame);
      goesOn = await onFrame(await createImageBitmap(video));
    }
  } finally {
    for (const track of stream.getTracks()) track.stop();
  }
}
