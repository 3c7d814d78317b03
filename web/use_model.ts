/**
 * The page's state: its model, and the actions on it.
 *
 * @module
 */
/// <reference lib="dom" />
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Inspection } from "../lib/view/inspection.ts";
import { Client, Stopped } from "./client.ts";
import { addFiles, sortFiles } from "./dropped.ts";
import type {
  Activation,
  Answer,
  Device,
  Format,
  ModelFiles,
  Opened,
  PictureSettings,
  Progress,
  Sight,
} from "./messages.ts";

/** An input, and the result of its run. */
export interface Run {
  /** The number of the run, which identifies it. */
  readonly count: number;
  readonly answer: Answer;
  /** The median time in milliseconds, once it is known. */
  readonly ms: number | undefined;
}

/** The state of the page, and its actions. */
export function useModel() {
  const client = useMemo(() => new Client(), []);
  const [files, setFiles] = useState<ModelFiles>({});
  const [opened, setOpened] = useState<Opened>();
  const [settings, setSettings] = useState<PictureSettings | null>(null);
  const [error, setError] = useState<string>();
  const [progress, setProgress] = useState<Progress | null>(null);
  const [picture, setPicture] = useState<File>();
  const [run, setRun] = useState<Run>();
  const [device, setDevice] = useState<Device>("auto");
  /** What is seen: an input, which is run again when something changes, or the camera's frames. */
  const input = useRef<Sight | "camera">(undefined);
  /** The number of the last run that was begun: the results of others are not shown. */
  const last = useRef(0);
  client.onProgress = setProgress;

  const report = useCallback((error: unknown): undefined => {
    if (!(error instanceof Stopped)) setError(error instanceof Error ? error.message : `${error}`);
  }, []);

  const open = async (files: ModelFiles) => {
    client.stop();
    turnTo(input.current instanceof File ? input.current : picture);
    setFiles(files);
    setOpened(undefined);
    await read("open", files);
  };

  /** Opens a model, or adds files to the open one. */
  const read = async (call: "open" | "add", files: ModelFiles) => {
    setError(undefined);
    try {
      const opened = await client.call(call, files);
      setFiles((known) => addFiles(known, files));
      setSettings(opened.pictures);
      setOpened(opened);
      setRun(undefined);
    } catch (error) {
      report(error);
    }
  };

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
      setError(undefined);
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
    setError(undefined);
  };

  /** Runs the network again, unless the camera's next frame does. */
  const lookAgain = (on = device) => {
    if (input.current !== undefined && input.current !== "camera") look(input.current, on);
  };

  /** Handles files that were dropped or chosen. */
  const take = async (dropped: Iterable<File>) => {
    const { model, picture, unknown } = await sortFiles(dropped);
    if (unknown.length > 0) {
      setError(
        `Cannot open ${unknown.map(({ name }) => name).join(", ")}: a model is a .prototxt and a ` +
          ".caffemodel, or a bundle .npz",
      );
      return;
    }
    if (picture !== undefined) {
      turnTo(picture);
      setPicture(picture);
    }
    if (Object.keys(model).length > 0) {
      const all = addFiles(files, model);
      if ((all.network ?? all.weights ?? all.bundle) === undefined) {
        setError("Cannot use this file yet: first drop a .prototxt and a .caffemodel, or a bundle");
        return;
      }
      // The worker keeps the files of an open model, so that files that are added quickly add up.
      const isMore = opened !== undefined && all !== model && model.network === undefined;
      await (isMore ? read("add", model) : open(all));
    }
  };

  const canRun = opened !== undefined && opened.untrained.length === 0;
  // A picture that was dropped first is run when a network is open.
  useEffect(() => {
    if (canRun && settings !== null) lookAgain();
  }, [picture, opened]);

  /** Changes some settings. The worker keeps all of them, so that quick changes add up. */
  const change = async (changed: Partial<PictureSettings>) => {
    try {
      const prepared = client.call("prepare", changed);
      lookAgain();
      setSettings(await prepared);
    } catch (error) {
      report(error);
    }
  };

  const save = async (format: Format) => {
    setError(undefined);
    try {
      const { name, blob } = await client.call("save", format);
      download(name, blob);
    } catch (error) {
      report(error);
    }
  };

  const close = () => {
    client.stop();
    turnTo(undefined);
    setFiles({});
    setOpened(undefined);
    setSettings(null);
    setPicture(undefined);
  };

  return {
    files,
    opened,
    settings,
    error,
    progress,
    picture,
    run,
    device,
    canRun,
    open,
    take,
    look,
    turnTo,
    change,
    save,
    close,
    setError,
    chooseDevice: (device: Device) => {
      setDevice(device);
      turnTo(input.current);
      lookAgain(device);
    },
    inspect: (step: number): Promise<Inspection | undefined> =>
      client.call("inspect", step).catch(report),
    show: (blob: string): Promise<Activation | undefined> =>
      client.call("show", blob).catch(report),
  };
}

/** The result of {@linkcode useModel}. */
export type PageModel = ReturnType<typeof useModel>;

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

function download(name: string, blob: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser needs the URL until the download has begun.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
