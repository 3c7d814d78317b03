// deno-lint-ignore-file no-control-regex
/**
 * Identifies a file by its first bytes, for errors about files of the wrong kind.
 *
 * @module
 */

/** The kinds of files that commands expect. */
type Expected = "network" | "mean" | "bundle" | "labels";

/** The purpose of a file. */
export type Role = Expected | "weights" | "picture";

/** A kind of file: its signature, its description, and where it is accepted. */
interface Kind {
  readonly start: RegExp;
  /** Whether only text outside braces is matched. */
  readonly outside?: boolean;
  readonly is: string;
  /** The advice in the message. */
  readonly hint?: string;
  /** The advice if a bundle is expected. */
  readonly bundleHint?: string;
  readonly rightFor?: Expected;
  /** Its purpose, if that differs from where it is accepted. */
  readonly role?: Role;
}

/** A varint of protobuf. */
const varint = String.raw`[\x80-\xff]*[\0-\x7f]`;

/** Lines of a comment. */
const comments = String.raw`\s*(#[^\n]*\n\s*)*`;

/** A pattern from parts. */
function pattern(texts: TemplateStringsArray, ...parts: readonly string[]): RegExp {
  return new RegExp(String.raw(texts, ...parts));
}

/** The kinds that are often confused. The first match counts. */
const kinds: readonly Kind[] = [
  {
    start: /^\x89HDF/,
    is: "an HDF5 file, which holds weights alone",
    hint: "kaffe convert takes it as the caffemodel",
    role: "weights",
  },
  {
    start: /^\xff\xd8\xff|^\x89PNG|^GIF8|^RIFF....WEBP/s,
    is: "a picture",
    bundleHint: "the bundle comes first",
    role: "picture",
  },
  { start: /^%PDF/, is: "a PDF" },
  { start: /^MATLAB \d/, is: "a file of MATLAB's, not of Caffe's" },
  {
    start: /^([\t\n\r -~]\0){4}|^(\0[\t\n\r -~]){4}/,
    is: "text in UTF-16 without its mark",
    hint: "save it in UTF-8",
  },
  {
    start: /^\x1f\x8b|^BZh\d|^\xfd7zXZ|^7z\xbc\xaf|^Rar!/,
    is: "compressed",
    hint: "unpack it first (gunzip, tar xf, 7z x)",
  },
  { start: /^[^]{257}ustar/, is: "a tar archive", hint: "unpack it first (tar xf)" },
  { start: /^PK\x03\x04[^]{26}[^]{0,200}?data\.pkl/, is: "a model of PyTorch's, not of Caffe's" },
  {
    start: /^PK\x03\x04[^]{26}model\.json/,
    is: "a bundle, which is converted already",
    hint: "kaffe run and kaffe classify take it",
    rightFor: "bundle",
  },
  {
    start: /^PK\x03\x04[^]{26}[^]{0,200}?\.npy/,
    is: "an archive of NumPy's arrays",
    rightFor: "bundle",
  },
  { start: /^PK/, is: "a zip", hint: "unpack it, and give the files that are in it" },
  { start: /^\x93NUMPY/, is: "an array of NumPy's", rightFor: "mean" },
  {
    start: /^version https:\/\/git-lfs/,
    is: "a pointer of Git LFS",
    hint: "git lfs pull fetches the file itself",
  },
  {
    start: /^\s*<(!doctype|html|head|\?xml)/i,
    is: "a web page",
    hint: "download the file itself (on GitHub with the button Raw)",
  },
  {
    start: /^(\d{3}: |entry |repository )?not found\.?\s*$/i,
    is: "the answer of a server that does not have the file",
    hint: "check its address, and download it again",
  },
  { start: /^\s*[{[]\s*["[]/, is: "JSON" },
  { start: /^[^]{4}TFL3/, is: "a model of TensorFlow Lite's, not of Caffe's" },
  { start: /^[^]{8}\{"/, is: "a model in safetensors, not one of Caffe's" },
  { start: /^\x80[\x02-\x05]/, is: "pickled by Python, as PyTorch's models are, not Caffe's" },
  { start: pattern`^${comments}\[net`, is: "a network of Darknet's, not of Caffe's" },
  {
    start: pattern`^${comments}item\s*\{`,
    is: "a label map, the names of classes",
    hint: "kaffe convert takes it with --labels",
    rightFor: "labels",
  },
  {
    start: /^[ \t]*(train_|test_)?net_param[ \t:]*$/m,
    outside: true,
    is: "a solver, which says how a network is trained",
    hint: "save what is in the braces of its net_param in a file, and give that",
  },
  {
    start: /^[ \t]*(base_lr|lr_policy|max_iter|train_net|solver_mode)\s*:/m,
    outside: true,
    is: "a solver, which says how a network is trained",
    hint: 'give the file that its "net:" names, or better the deploy.prototxt',
  },
  {
    start: pattern`^\x08${varint}\x12${varint}[^\0-\x1f]*\.caffemodel`,
    is: "a solverstate, with which training goes on",
    hint: "the weights are in the .caffemodel that was saved with it",
  },
  {
    start: pattern`^\x08\x01\x12${varint}\x0a|^\x0a${varint}\x0a${varint}[ -~]+\x12.[A-Z]\w`,
    is: "a model of TensorFlow's, not of Caffe's",
  },
  {
    // The tags of its version and producer, and what follows those: operators, or the graph.
    start: pattern`^\x08${varint}(\x12.[ -~]+([\x1a\x22\x28\x3a]|\x42.\x0a)|\x3a${varint}\x0a)`,
    is: "a model in ONNX, not one of Caffe's",
  },
  {
    // The tags of a blob's num and channels, or of its data and shape.
    start: pattern`^(\x08${varint}\x10|\x2a[\x80-\xff]+[\0-\x7f]|\x3a${varint}\x0a)`,
    is: "a single blob, such as a mean image",
    hint: "kaffe convert takes it with --mean",
    rightFor: "mean",
  },
  {
    // The tags of a network's name, layers and inputs.
    start: pattern`^(\x0a${varint}[^\0-\x1f]*[\x12\x1a\xa2]|\xa2\x06|\x12[\x80-\xff])`,
    is: "a network of Caffe's",
    bundleHint: "kaffe convert makes a bundle of it",
    rightFor: "network",
    role: "weights",
  },
  {
    start:
      pattern`^${comments}(name|input|input_dim|input_shape|layers?|state|force_backward)\s*[:{]`,
    is: "a network of Caffe's in text",
    bundleHint: "kaffe convert makes a bundle of it and of its caffemodel",
    rightFor: "network",
  },
];

/** The description of a file of the wrong kind; `undefined` if it may be what is expected. */
export function foreignKind(bytes: Uint8Array, expected: Expected): string | undefined {
  const kind = kindOf(bytes);
  if (kind === undefined || kind.rightFor === expected) return undefined;
  const hint = expected === "bundle" ? kind.bundleHint ?? kind.hint : kind.hint;
  return hint === undefined ? kind.is : `${kind.is}; ${hint}`;
}

/** The purpose of a file, if its first bytes tell. A binary network usually has weights. */
export function roleOf(bytes: Uint8Array): Role | undefined {
  const kind = kindOf(bytes);
  return kind?.role ?? kind?.rightFor;
}

/** The bytes that suffice to identify a file. */
export const headLength = 1024;

function kindOf(bytes: Uint8Array): Kind | undefined {
  const hasByteOrderMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const start = String.fromCharCode(...bytes.subarray(hasByteOrderMark ? 3 : 0, headLength));
  const outside = outsideBraces(start.replace(/#[^\n]*/g, ""));
  return kinds.find((kind) => kind.start.test(kind.outside ? outside : start));
}

/** A text without the contents of braces, closed or not. */
function outsideBraces(text: string): string {
  const shorter = text.replace(/\{[^{}]*\}/g, "");
  return shorter === text ? text.split("{", 1)[0]! : outsideBraces(shorter);
}
