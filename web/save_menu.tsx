/**
 * The menu for saving a model.
 *
 * @module
 */
/// <reference lib="dom" />
import { useRef } from "preact/hooks";
import type { Format } from "./messages.ts";

const formats: readonly {
  readonly format: Format;
  readonly name: string;
  readonly about: string;
}[] = [
  { format: "float32", name: "Bundle", about: "model.npz, weights in float32" },
  { format: "float16", name: "Bundle, float16", about: "half the size" },
  { format: "int8", name: "Bundle, int8", about: "a quarter of the size" },
  { format: "class", name: "Class", about: "TypeScript, one line per layer" },
  { format: "onnx", name: "ONNX", about: "model.onnx, for all other runtimes" },
  { format: "tfjs", name: "TensorFlow.js", about: "a zip of model.json and its weights" },
  { format: "saved_model", name: "SavedModel", about: "a zip of its files, for TensorFlow" },
];

/** A menu of the formats. */
export function SaveMenu({ isTrained, onSave }: {
  readonly isTrained: boolean;
  readonly onSave: (format: Format) => void;
}) {
  const menu = useRef<HTMLDetailsElement>(null);
  const close = () => {
    menu.current!.querySelector("summary")!.focus();
    menu.current!.open = false;
  };
  return (
    <details
      class="menu"
      ref={menu}
      onFocusOut={({ currentTarget, relatedTarget }) => {
        if (!currentTarget.contains(relatedTarget as Node)) currentTarget.open = false;
      }}
      onKeyDown={({ key }) => {
        if (key === "Escape") close();
      }}
    >
      <summary class="button">Save</summary>
      <div class="items">
        {formats.map(({ format, name, about }) => (
          <button
            key={format}
            type="button"
            disabled={!isTrained && format !== "class"}
            onClick={() => {
              close();
              onSave(format);
            }}
          >
            {name} <span>{about}</span>
          </button>
        ))}
      </div>
    </details>
  );
}
