/**
 * The page's state: its model, and the actions on it.
 *
 * @module
 */
/// <reference lib="dom" />
import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
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
  client.onProgress = setProgress;

  const report = useCallback((error: unknown): undefined => {
    if (!(error instanceof Stopped)) setError(error instanceof Error ? error.message : `${error}`);
  }, []);

  const open = async (files: ModelFiles) => {
    client.stop();
    setFiles(files);
    setOpened(undefined);
    setRun(undefined);
    await read(files);
  };

  /** Opens files. If that fails, the previous model stays open. */
  const read = async (files: ModelFiles) => {
    setError(undefined);
    try {
      const opened = await client.call("open", files);
      setFiles(files);
      setSettings(opened.pictures);
      setOpened(opened);
      setRun(undefined);
    } catch (error) {
      report(error);
    }
  };

  /** Runs the network on an input, and returns whether that succeeded. */
  const look = async (sight: Sight, again = true, on = device): Promise<boolean> => {
    setError(undefined);
    try {
      const answer = await client.call("look", sight, on);
      setRun((last) => ({ count: (last?.count ?? 0) + 1, answer, ms: undefined }));
      if (!again) return true;
      const ms = await client.call("time");
      setRun((last) => last?.answer === answer ? { ...last, ms } : last);
      return true;
    } catch (error) {
      report(error);
      return false;
    }
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
    if (Object.keys(model).length > 0) {
      const all = addFiles(files, model);
      if ((all.network ?? all.weights ?? all.bundle) === undefined) {
        setError("Cannot use this file yet: first drop a .prototxt and a .caffemodel, or a bundle");
        return;
      }
      // If a file that extends an open model, such as a mean, does not fit it, the model stays open.
      const isMore = opened !== undefined && (model.network ?? model.bundle) === undefined &&
        all.network === files.network && all.bundle === files.bundle;
      await (isMore ? read(all) : open(all));
    }
    if (picture !== undefined) setPicture(picture);
  };

  const canRun = opened !== undefined && opened.untrained.length === 0;
  // A picture that was dropped first is run when a network is open.
  useEffect(() => {
    if (picture !== undefined && canRun && settings !== null) look(picture);
  }, [picture, opened, settings]);

  /** Changes some settings. The worker keeps all of them, so that quick changes add up. */
  const change = async (changed: Partial<PictureSettings>) => {
    try {
      setSettings(await client.call("prepare", changed));
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
    setFiles({});
    setOpened(undefined);
    setSettings(null);
    setError(undefined);
    setPicture(undefined);
    setRun(undefined);
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
    change,
    save,
    close,
    setError,
    chooseDevice: (device: Device) => {
      setDevice(device);
      setRun(undefined);
      if (picture !== undefined) look(picture, true, device);
    },
    inspect: (step: number): Promise<Inspection | undefined> =>
      client.call("inspect", step).catch(report),
    show: (blob: string): Promise<Activation | undefined> =>
      client.call("show", blob).catch(report),
  };
}

/** The result of {@linkcode useModel}. */
export type PageModel = ReturnType<typeof useModel>;

function download(name: string, blob: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser needs the URL until the download has begun.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
