/**
 * The page's open model: its files, what the worker tells about it, and its preprocessing.
 *
 * @module
 */
import { useState } from "preact/hooks";
import type { Client } from "./client.ts";
import { addFiles } from "./dropped.ts";
import type { ModelFiles, Opened, PictureSettings } from "./messages.ts";
import type { PageRun } from "./use_run.ts";

/**
 * The open model, and how it is opened, extended and closed.
 *
 * @param report Shows an error, or none any more.
 */
export function useOpened(
  client: Client,
  report: (error: unknown) => void,
  { turnTo, clear }: Pick<PageRun, "turnTo" | "clear">,
) {
  const [files, setFiles] = useState<ModelFiles>({});
  const [opened, setOpened] = useState<Opened>();
  const [settings, setSettings] = useState<PictureSettings | null>(null);

  const read = async (call: "open" | "add", files: ModelFiles) => {
    report(undefined);
    try {
      const opened = await client.call(call, files);
      setFiles((known) => opened.isAnother ? files : addFiles(known, files));
      setSettings(opened.settings);
      setOpened(opened);
      if (opened.settings === null) turnTo(undefined);
      else clear();
    } catch (error) {
      report(error);
    }
  };

  return {
    files,
    opened,
    settings,
    setSettings,
    /** Opens a model in place of the open one, and turns to a picture, if there is one. */
    open: async (files: ModelFiles, picture: File | undefined) => {
      client.stop();
      turnTo(picture);
      setFiles(files);
      setOpened(undefined);
      await read("open", files);
    },
    /** Adds files to the open model. */
    add: (files: ModelFiles) => read("add", files),
    close: () => {
      client.stop();
      turnTo(undefined);
      setFiles({});
      setOpened(undefined);
      setSettings(null);
    },
  };
}
