/**
 * The form for the preprocessing of pictures.
 *
 * @module
 */
/// <reference lib="dom" />
import { useEffect, useState } from "preact/hooks";
import { isRaw } from "../lib/check_preprocessing.ts";
import type { PictureSettings } from "./messages.ts";

/** Shows the settings, and reports those that change. */
export function PictureForm({ channels, settings, onChange: change }: {
  /** The number of channels of the input. */
  readonly channels: number | undefined;
  readonly settings: PictureSettings;
  readonly onChange: (changed: Partial<PictureSettings>) => void;
}) {
  const { channelOrder, mean, scale, resize, crop, hasMeanImage } = settings;
  return (
    <>
      <details class="settings">
        <summary>Preprocessing of pictures</summary>
        <div class="fields">
          <label>
            Channel order
            <select
              value={channelOrder}
              onChange={({ currentTarget }) => {
                change({ channelOrder: currentTarget.value as "bgr" | "rgb" });
              }}
            >
              <option value="bgr">blue, green, red</option>
              <option value="rgb">red, green, blue</option>
            </select>
          </label>
          <Field
            label={hasMeanImage ? "Subtract (currently a mean image)" : "Subtract"}
            value={mean.join(", ")}
            hint="104, 117, 123"
            read={readNumbers}
            onChange={(mean) => change({ mean, hasMeanImage: hasMeanImage && mean.length === 0 })}
          />
          <Field
            label="Then multiply by"
            value={String(scale)}
            hint="1"
            read={(text) => one(readNumbers(text))}
            onChange={(scale) => change({ scale })}
          />
          <Field
            label="Resize to"
            value={resizeText(resize)}
            hint="256 × 256, or 256 for the shorter side"
            read={(text) => {
              if (text.trim() === "") return null;
              const [width, height, ...more] = readSizes(text);
              if (width === undefined || more.length > 0) return undefined;
              return height === undefined ? { short: width } : { exact: [height, width] as const };
            }}
            onChange={(resize) => change({ resize })}
          />
          <Field
            label="Then crop at the center"
            value={crop === null ? "" : sizeText(crop)}
            hint="224 × 224"
            read={(text) => {
              if (text.trim() === "") return null;
              const [width, height = width, ...more] = readSizes(text);
              return width === undefined || more.length > 0 ? undefined : [height!, width] as const;
            }}
            onChange={(crop) => change({ crop })}
          />
        </div>
        <p class="hint">
          Wrong preprocessing is the most common cause of wrong results. Drop a mean image
          (.binaryproto or .npy) or the names of the classes (.txt) anywhere.
        </p>
      </details>
      {isRaw(channels, settings, hasMeanImage) && (
        <p class="hint">
          Pictures are fed without normalization, from 0 to 255. If the results are wrong, set the
          mean to subtract: 104, 117, 123 for most networks trained on ImageNet.
        </p>
      )}
    </>
  );
}

function Field<Value>({ label, value, hint, read, onChange }: {
  readonly label: string;
  readonly value: string;
  readonly hint: string;
  /** Parses a text; `undefined` if it is invalid. */
  readonly read: (text: string) => Value | undefined;
  readonly onChange: (value: Value) => void;
}) {
  // What is typed stays when the page is drawn again, until there is another value.
  const [typed, setTyped] = useState<string>();
  useEffect(() => setTyped(undefined), [value]);
  return (
    <label>
      {label}
      <input
        value={typed ?? value}
        placeholder={hint}
        onInput={({ currentTarget }) => setTyped(currentTarget.value)}
        onChange={({ currentTarget }) => {
          const value = read(currentTarget.value);
          currentTarget.setCustomValidity(value === undefined ? `Like ${hint}` : "");
          if (value === undefined) currentTarget.reportValidity();
          else onChange(value);
        }}
      />
    </label>
  );
}

function resizeText(resize: PictureSettings["resize"]): string {
  if (resize === null) return "";
  return "exact" in resize ? sizeText(resize.exact) : String(resize.short);
}

function sizeText([height, width]: readonly [number, number]): string {
  return `${width} × ${height}`;
}

function readNumbers(text: string): readonly number[] | undefined {
  const words = text.split(/[\s,;]+/).filter((word) => word !== "");
  const numbers = words.map(Number);
  return numbers.every(Number.isFinite) ? numbers : undefined;
}

function readSizes(text: string): readonly number[] {
  const words = text.split(/[x×]/i).map((word) => Number(word));
  return words.every((size) => Number.isInteger(size) && size > 0) ? words : [];
}

function one(numbers: readonly number[] | undefined): number | undefined {
  return numbers?.length === 1 ? numbers[0] : undefined;
}
