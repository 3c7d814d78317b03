/**
 * Runs the page's network on an input: a picture, a drawing, noise, or the camera's frames.
 *
 * @module
 */
/// <reference lib="dom" />
import { useRef, useState } from "preact/hooks";
import type { Client } from "./client.ts";
import type { Answer, Device, RunInput } from "./messages.ts";

/** An input, and the result of its run. */
export interface Run {
  /** The number of the run, which identifies it. */
  readonly count: number;
  readonly answer: Answer;
  /** The median time in milliseconds, once it is known. */
  readonly ms: number | undefined;
}

/**
 * The current input, the result of its run, and the device.
 *
 * @param report Shows an error, or none any more.
 */
export function useRun(client: Client, report: (error: unknown) => void) {
  const [run, setRun] = useState<Run>();
  const [device, setDevice] = useState<Device>("auto");
  /** The current input, which is run again when something changes, or the camera's frames. */
  const input = useRef<RunInput | "camera">(undefined);
  /** The number of the last run that was begun: the results of others are not shown. */
  const last = useRef(0);

  /**
   * Runs the network on an input or on a frame of the camera, and returns whether that succeeded.
   * Frames are refused once there is another input.
   */
  const runOn = async (next: RunInput, on = device): Promise<boolean> => {
    const isFrame = next instanceof ImageBitmap;
    if (isFrame && input.current !== "camera") {
      next.close();
      return false;
    }
    last.current++;
    const count = last.current;
    const isLast = () => count === last.current;
    if (!isFrame) {
      input.current = next;
      report(undefined);
    }
    try {
      const answer = await client.call("run", next, on);
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

  /** Turns to another input, or to none: results of the last one are no longer shown. */
  const turnTo = (next: RunInput | "camera" | undefined) => {
    last.current++;
    input.current = next;
    setRun(undefined);
    report(undefined);
  };

  /** Runs the network again, unless the camera's next frame does. */
  const runAgain = (on = device) => {
    if (input.current !== undefined && input.current !== "camera") runOn(input.current, on);
  };

  return {
    run,
    device,
    /** The current input. */
    current: () => input.current,
    runOn,
    runAgain,
    turnTo,
    /** Shows the last result no longer. */
    clear: () => setRun(undefined),
    chooseDevice: (device: Device) => {
      setDevice(device);
      turnTo(input.current);
      runAgain(device);
    },
  };
}

/** The result of {@linkcode useRun}. */
export type PageRun = ReturnType<typeof useRun>;

/** The runs whose time is measured: as many as fit into some milliseconds, within bounds. */
const leastRuns = 3, mostRuns = 15, milliseconds = 1500;

/** The median time of several runs. Each is a call of its own: others need not wait for all. */
async function time(client: Client, isWanted: () => boolean): Promise<number | undefined> {
  const times: number[] = [];
  const end = performance.now() + milliseconds;
  while (times.length < leastRuns || (performance.now() < end && times.length < mostRuns)) {
    const ms = isWanted() ? await client.call("time") : undefined;
    if (ms === undefined) return undefined;
    times.push(ms);
  }
  return times.sort((a, b) => a - b)[times.length >> 1];
}
