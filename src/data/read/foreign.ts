/** What bytes are that are recognised and not read, and how to get a table out of them. */

import { FormatError, words } from "../../errors.js";

interface Kind {
  readonly is: string;
  readonly remedy: string;
}

const EXPORT = "Export the table as CSV or Parquet.";
const UNPACK = "Unpack it, or pack it with gzip or zstd.";
const SHEET: Kind = {
  is: "a spreadsheet (xlsx)",
  remedy: "In the spreadsheet program choose “Save as” and the type CSV UTF-8.",
};
const PICTURE: Kind = { is: "a picture", remedy: "Name the file of the clicks." };

/** First bytes, as Latin-1. */
const MAGIC: readonly (readonly [string, Kind])[] = [
  ["\u00fd7zXZ\0", { is: "an xz file", remedy: UNPACK }],
  ["BZh", { is: "a bzip2 file", remedy: UNPACK }],
  ["7z\u00bc\u00af'\u001c", { is: "a 7z file", remedy: UNPACK }],
  ["Rar!\u001a\u0007", { is: "a rar file", remedy: UNPACK }],
  ['\u0004"M\u0018', { is: "an lz4 file", remedy: UNPACK }],
  ["\u0089PNG", PICTURE],
  ["\u00ff\u00d8\u00ff", PICTURE],
  ["GIF8", PICTURE],
  ["%PDF", { is: "a PDF", remedy: EXPORT }],
  [
    "\u00d0\u00cf\u0011\u00e0",
    { is: "an old spreadsheet or document (xls)", remedy: SHEET.remedy },
  ],
  ["SQLite format 3\0", { is: "an SQLite database", remedy: EXPORT }],
  ["PGDMP", { is: "a dump of PostgreSQL", remedy: EXPORT }],
  ["\u0089HDF", { is: "an HDF5 file", remedy: EXPORT }],
  ["Obj\u0001", { is: "an Avro file", remedy: EXPORT }],
  ["ORC", { is: "an ORC file", remedy: EXPORT }],
  ["ARROW1", { is: "an Arrow file", remedy: EXPORT }],
  ["FEA1", { is: "a Feather file", remedy: EXPORT }],
  ["\u0093NUMPY", { is: "a NumPy array", remedy: EXPORT }],
  ["\u0080\u0002", { is: "a Python pickle", remedy: EXPORT }],
  ["\u0080\u0003", { is: "a Python pickle", remedy: EXPORT }],
  ["\u0080\u0004", { is: "a Python pickle", remedy: EXPORT }],
  ["\u0080\u0005", { is: "a Python pickle", remedy: EXPORT }],
];

/** First words of text, in lower case. */
const WORDS: readonly (readonly [RegExp, Kind])[] = [
  [/^<(!doctype html|html|head|body)\b/, { is: "an HTML page", remedy: "Was the address right?" }],
  [/^<\?xml\b/, { is: "XML", remedy: EXPORT }],
  [
    /^(create (table|database)|insert into|drop table|begin transaction|pragma )|^(--|\/\*).{0,40}(dump|sql)/,
    { is: "SQL", remedy: EXPORT },
  ],
];

/** @throws FormatError when the bytes begin like something that is not read */
export function refuseForeign(head: Uint8Array, name: string): void {
  const text = latin1(head.subarray(0, 256));
  const begin = text
    .replace(/^\u00ef\u00bb\u00bf/, "")
    .trimStart()
    .toLowerCase();
  // Letters alone may be the begin of a header: in another file control characters follow soon.
  const isText = !head.subarray(0, 64).some((byte) => byte < 9 || (byte > 13 && byte < 32));
  const magic = isText ? undefined : MAGIC.find(([bytes]) => text.startsWith(bytes));
  const kind = magic ?? WORDS.find(([pattern]) => pattern.test(begin));
  if (kind) refuse(kind[1], name);
  if (isModel(text)) refuse(MODEL, name);
}

/** A zip is a spreadsheet if its first file is one that spreadsheets begin with. */
export function refuseSpreadsheet(head: Uint8Array, name: string): void {
  const text = latin1(head.subarray(0, 2048));
  if (/\[Content_Types\]\.xml|_rels\/|xl\/|mimetypeapplication\/vnd\.oasis/.test(text)) {
    refuse(SHEET, name);
  }
}

function refuse({ is, remedy }: Kind, name: string): never {
  throw new FormatError(name, "a table: delimited text, JSON or Parquet", words(is), remedy);
}

const MODEL: Kind = {
  is: "a model file",
  remedy: "Name the click log first, then the model, or read the model with loadModel.",
};

/** safetensors: the length of a header in eight bytes, then the header. */
function isModel(text: string): boolean {
  return text.startsWith("\0\0\0\0", 4) && text.startsWith('{"', 8);
}

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}
