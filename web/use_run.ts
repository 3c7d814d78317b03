/**
 * Runs the page's network on what is seen: a picture, a drawing, noise, or the camera's frames.
 *
 * @module
 */
/// <reference lib="dom" />
import { useRef, useState } from "preact/hooks";
import type { Client } from "./client.ts";
import type { Answer, Device, Sight } from "./messages.ts";

/** An input, and the result of its run. */
export interface Run {
  /** The number of the run, which identifies it. */
  readonly count: number;
  readonly answer: Answer;
  /** The median time in milliseconds, once it is known. */
  readonly ms: number | undefined;
}

/**
 * What is seen, the result of its run, and the device.
 *
 * @param report Shows an error, or none any more.
 */
export function useRun(client: Client, report: (error: unknown) => void) {
  const [run, setRun] = useState<Run>();
  const [device, setDevice] = useState<Device>("auto");
  /** What is seen: an input, which is run again when something changes, or the camera's frames. */
  const input = useRef<Sight | "camera">(undefined);
  /** The number of the last run that was begun: the results of others are not shown. */
  const last = useRef(0);

  /**
   * Runs the network on an input or on a frame of the camera, and returns whether that succeeded.
   * Frames are refused once something else is seen.
   */
  const look = async (sight: Sight, on = device): Promise<boolean> => {
    const isFrame = sight instanceof ImageBitmap;
    if (isFrame && input.current !== "camera") {
      sight.close();
      return false;
    }
    const count = ++last.current, isLast = () => count === last.current;
    if (!isFrame) {
      input.current = sight;
      report(undefined);
    }
    try {
      const answer = await client.call("look", sight, on);
      if (!isLast()) return true;
      setRun({ count, answer, ms: undefined });
      if (isFrame) return true;
      const ms = await time(client, isLast);
      setRun((run) => run?.count === count ? { ...run, ms } : run);
      return true;
    } catch (error) {
      if (isLast()) {
        setRun(undefined);
        report(error);
      }
      return false;
    }
  };

  /** Turns to something else, or to nothing: results of what was seen are no longer shown. */
  const turnTo = (sight: Sight | "camera" | undefined) => {
    last.current++;
    input.current = sight;
    setRun(undefined);
    report(undefined);
  };

  /** Runs the network again, unless the camera's next frame does. */
  const lookAgain = (on = device) => {
    if (input.current !== undefined && input.current !== "camera") look(input.current, on);
  };

  return {
    run,
    device,
    /** What is seen now. */
    seen: () => input.current,
    look,
    lookAgain,
    turnTo,
    /** Shows the last result no longer. */
    clear: () => setRun(undefined),
    chooseDevice: (device: Device) => {
      setDevice(device);
      turnTo(input.current);
      lookAgain(device);
    },
  };
}

/** The median time of several runs. Each is a call of its own: others need not wait for all. */
async function time(client: Client, isWanted: () => boolean): Promise<number | undefined> {
  const times: number[] = [];
  const end = performance.now() + 1500;
  while (times.length < 3 || (performance.now() < end && times.length < 15)) {
    const ms = isWanted() ? await client.call("time") : undefined;
    if (ms === undefined) return undefined;
    times.push(ms);
  }
  return times.sort((a, b) => a - b)[times.length >> 1];
}
