/**
 * A button that asks for files.
 *
 * @module
 */
/// <reference lib="dom" />

/** A button that asks for a file, or for several. */
export function FileButton({ children, isLarge = false, accept, multiple = false, onFiles }: {
  readonly children: string;
  /** Whether it is an area that invites to drop files. */
  readonly isLarge?: boolean;
  readonly accept: string;
  readonly multiple?: boolean;
  readonly onFiles: (files: Iterable<File>) => void;
}) {
  return (
    <label class={isLarge ? "button drop" : "button"}>
      {children}
      <input
        type="file"
        class="unseen"
        multiple={multiple}
        accept={accept}
        onChange={({ currentTarget }) => {
          if (currentTarget.files) onFiles([...currentTarget.files]);
          currentTarget.value = "";
        }}
      />
    </label>
  );
}
