/**
 * The page's state: its model, and the actions on it.
 *
 * @module
 */
/// <reference lib="dom" />
import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import type { Inspection } from "../lib/view/inspection.ts";
import { Client, Stopped } from "./client.ts";
import { addFiles, problemOf, sortFiles } from "./dropped.ts";
import type { Activation, Format, ModelFiles, PictureSettings, Progress } from "./messages.ts";
import { useOpened } from "./use_opened.ts";
import { useRun } from "./use_run.ts";

/** The state of the page, and its actions. */
export function useModel() {
  const client = useMemo(() => new Client(), []);
  const [error, setError] = useState<string>();
  const [progress, setProgress] = useState<Progress | null>(null);
  const [picture, setPicture] = useState<File>();
  client.onProgress = setProgress;

  /** Shows an error, or with `undefined` none any more. */
  const report = useCallback((error: unknown): undefined => {
    if (error instanceof Stopped) return;
    const message = error instanceof Error ? error.message : String(error);
    setError(error === undefined ? undefined : message);
  }, []);

  const run = useRun(client, report);
  const { current, runAgain, turnTo } = run;
  const model = useOpened(client, report, run);
  const { files, opened, settings, setSettings } = model;

  /** Opens a model, and runs it on the current picture, if there is one. */
  const open = (files: ModelFiles) => {
    const now = current();
    return model.open(files, now instanceof File ? now : picture);
  };

  /** Handles files that were dropped or chosen. */
  const take = async (dropped: Iterable<File>) => {
    const sorted = await sortFiles(dropped), { model: added, picture } = sorted;
    const problem = problemOf(sorted);
    if (problem !== undefined) return setError(problem);
    const hasModel = Object.keys(added).length > 0;
    if (picture !== undefined) {
      if (!hasModel && opened?.settings === null) {
        return setError(`Cannot use ${picture.name}: the network does not take one picture`);
      }
      turnTo(picture);
      setPicture(picture);
    }
    if (!hasModel) return;
    const all = addFiles(files, added);
    if ((all.network ?? all.weights ?? all.bundle) === undefined) {
      return setError(
        "Cannot use this file yet: first drop a .prototxt and a .caffemodel, or a bundle",
      );
    }
    // The worker keeps the files of an open model, so that files that are added quickly add up.
    const isMore = opened !== undefined && all !== added && added.network === undefined;
    await (isMore ? model.add(added) : open(all));
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

  const close = () => {
    model.close();
    setPicture(undefined);
  };

  /** Stops what takes too long; an open model stays. */
  const stop = () => {
    if (opened === undefined) return close();
    setPicture(undefined);
    return model.open(files, undefined);
  };

  return {
    ...run,
    files,
    opened,
    settings,
    error,
    progress,
    picture,
    canRun,
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
