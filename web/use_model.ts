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
  Format,
  ModelFiles,
  Opened,
  PictureSettings,
  Progress,
} from "./messages.ts";
import { useRun } from "./use_run.ts";

/** The state of the page, and its actions. */
export function useModel() {
  const client = useMemo(() => new Client(), []);
  const [files, setFiles] = useState<ModelFiles>({});
  const [opened, setOpened] = useState<Opened>();
  const [settings, setSettings] = useState<PictureSettings | null>(null);
  const [error, setError] = useState<string>();
  const [progress, setProgress] = useState<Progress | null>(null);
  const [picture, setPicture] = useState<File>();
  client.onProgress = setProgress;

  /** Shows an error, or with `undefined` none any more. */
  const report = useCallback((error: unknown): undefined => {
    if (error instanceof Stopped) return;
    setError(error === undefined || error instanceof Error ? error?.message : `${error}`);
  }, []);

  const { current, runAgain, turnTo, clear, ...running } = useRun(client, report);

  const open = (files: ModelFiles) => {
    const now = current();
    return openWith(files, now instanceof File ? now : picture);
  };

  /** Opens a model, and runs it on a picture, if there is one. */
  const openWith = async (files: ModelFiles, picture: File | undefined) => {
    client.stop();
    turnTo(picture);
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
      setSettings(opened.settings);
      setOpened(opened);
      if (opened.settings === null) turnTo(undefined);
      else clear();
    } catch (error) {
      report(error);
    }
  };

  /** Handles files that were dropped or chosen. */
  const take = async (dropped: Iterable<File>) => {
    const { model, picture, unknown, rivals } = await sortFiles(dropped);
    if (unknown.length > 0) {
      setError(
        `Cannot open ${unknown.map(({ name }) => name).join(", ")}: a model is a .prototxt and a ` +
          ".caffemodel, or a bundle .npz",
      );
      return;
    }
    if (rivals.length > 0) {
      const [one, other] = rivals.map(({ name }) => name);
      setError(`Cannot open ${one} and ${other} at once: they are of one kind; choose one of them`);
      return;
    }
    const hasModel = Object.keys(model).length > 0;
    if (picture !== undefined) {
      if (!hasModel && opened?.settings === null) {
        setError(`Cannot use ${picture.name}: the network does not take one picture`);
        return;
      }
      turnTo(picture);
      setPicture(picture);
    }
    if (hasModel) {
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
    if (canRun && settings !== null) runAgain();
  }, [picture, opened]);

  /** Changes some settings. The worker keeps all of them, so that quick changes add up. */
  const change = async (changed: Partial<PictureSettings>) => {
    try {
      const prepared = client.call("prepare", changed);
      runAgain();
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

  /** Stops what takes too long; an open model stays. */
  const stop = () => {
    if (opened === undefined) return close();
    setPicture(undefined);
    return openWith(files, undefined);
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
    canRun,
    ...running,
    turnTo,
    open,
    take,
    change,
    save,
    stop,
    close,
    setError,
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
