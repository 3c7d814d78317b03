/**
 * Runs a network on a picture, a drawing or the camera, and shows the result.
 *
 * @module
 */
/// <reference lib="dom" />
import { useEffect, useState } from "preact/hooks";
import { Answers } from "./answers.tsx";
import { Blobs } from "./blobs.tsx";
import { Camera } from "./camera.tsx";
import { DrawPad } from "./draw_pad.tsx";
import { FileButton } from "./file_button.tsx";
import type { Device, Opened, PictureSettings } from "./messages.ts";
import { Picture } from "./picture.tsx";
import { PictureForm } from "./picture_form.tsx";
import type { PageModel } from "./use_model.ts";

/** Grey inputs below this height are drawn, unless something else is chosen. */
const mostDrawn = 100;

const sources = { picture: "Picture", draw: "Draw", camera: "Camera" } as const;
type Source = keyof typeof sources;

/** The part of the page that runs the network. */
export function RunPanel({ model, opened }: {
  readonly model: PageModel;
  readonly opened: Opened;
}) {
  const { run, settings, canRun } = model;
  return (
    <section class="panel run" aria-label="Run it">
      <Input model={model} opened={opened} />
      {/* It is here before there is an answer: screen readers read only what is added to it. */}
      <div class="answers" aria-live="polite">
        {run !== undefined && <Answers answer={run.answer} ms={run.ms} />}
      </div>
      {canRun && (
        <label class="device">
          Runs on
          <select
            value={model.device}
            onChange={({ currentTarget }) => model.chooseDevice(currentTarget.value as Device)}
          >
            <option value="auto">the GPU, if there is one</option>
            <option value="gpu">the GPU</option>
            <option value="cpu">the CPU</option>
          </select>
        </label>
      )}
      {canRun && settings !== null && (
        <PictureForm
          channels={opened.inputs[0]?.shape[1]}
          settings={settings}
          onChange={model.change}
        />
      )}
    </section>
  );
}

/** What the network can be run on, or why it cannot. */
function Input({ model, opened }: { readonly model: PageModel; readonly opened: Opened }) {
  const { settings, canRun } = model, { untrained } = opened;
  if (!canRun) {
    return (
      <p class="hint">
        {untrained.length} of its layers {untrained.length === 1 ? "has" : "have"}{" "}
        no weights. Drop the .caffemodel to run it, and to save more than the class.
      </p>
    );
  }
  if (settings === null) return <Noise model={model} opened={opened} />;
  return <Sources model={model} opened={opened} settings={settings} />;
}

function Sources({ model, opened, settings }: {
  readonly model: PageModel;
  readonly opened: Opened;
  readonly settings: PictureSettings;
}) {
  const [, channels, height, width] = opened.inputs[0]!.shape;
  const [source, setSource] = useState<Source>(
    channels === 1 && height! < mostDrawn ? "draw" : "picture",
  );
  const { picture, run } = model;
  useEffect(() => {
    if (picture !== undefined) setSource("picture");
  }, [picture]);
  const answer = run?.answer;
  const choose = (chosen: Source) => {
    if (chosen === source) return;
    setSource(chosen);
    model.turnTo(chosen === "camera" ? chosen : undefined);
    if (chosen === "picture" && picture !== undefined) model.runOn(picture);
  };
  return (
    <>
      <div class="tabs" role="group" aria-label="Input">
        {Object.entries(sources).map(([key, name]) => (
          <button
            key={key}
            type="button"
            aria-pressed={key === source}
            onClick={() => choose(key as Source)}
          >
            {name}
          </button>
        ))}
      </div>
      {source === "picture" && (
        <>
          {picture !== undefined && <Picture file={picture} answer={answer} />}
          <FileButton isLarge={picture === undefined} accept="image/*" onFiles={model.take}>
            {picture === undefined ? "Drop a picture, or choose one" : "Choose another"}
          </FileButton>
        </>
      )}
      {source === "draw" && (
        <DrawPad
          size={settings.resize && "exact" in settings.resize
            ? settings.resize.exact
            : [height!, width!]}
          onDraw={(image) => model.runOn(image)}
          onClear={() => model.turnTo(undefined)}
        />
      )}
      {source === "camera" && (
        <Camera
          key={model.device}
          answer={answer}
          onFrame={model.runOn}
          onError={model.setError}
        />
      )}
    </>
  );
}

function Noise({ model, opened }: { readonly model: PageModel; readonly opened: Opened }) {
  return (
    <>
      <p class="hint">
        It takes <Blobs blobs={opened.inputs} />{" "}
        rather than one picture. A run on noise shows that it works, and how fast it is.
      </p>
      <button type="button" onClick={() => model.runOn("noise")}>Run on noise</button>
    </>
  );
}
