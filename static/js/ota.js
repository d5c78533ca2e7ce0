/*
 * Reads a firmware file in the ZigBee OTA layout and compares it with one CPL
 * entry. Pure: no page, no network. `inspect` is given the bytes and the entry,
 * and answers with a verdict in words.
 *
 * The published hash is SHA-256 over the manufacturer image alone: neither the
 * header, nor the supplier's trailer that ends ESME, GSME and HCALCS files.
 */

export const HEADER_LENGTH = 60;
export const TRAILER_LENGTH = 66;
export const LARGEST_FILE = 64 * 1024 * 1024;

const MAGIC = 0x0beef11e;
const HEADER_VERSION = 0x0100;
const SHORTEST_HEADER = 56;
const HARDWARE_RANGE_PRESENT = 0x0004;
const SIGNATURE_LENGTH = 0x40;
const WITH_TRAILER = new Set(["ESME", "GSME", "HCALCS"]);

const ASK_FOR_ANOTHER =
  "Do not use this file as it stands. Ask the manufacturer’s contact on this page for a correct copy, and say which check failed.";
const REFUSE =
  "Do not load this file. Keep a copy, and tell the manufacturer’s contact on this page; if the copy came from them, tell SECAS as well.";

/** Upper-case hex without `0x`, spaces, colons, dots or dashes. */
export function plainHex(text) {
  return String(text ?? "").trim().replace(/^0x/i, "").replace(/[\s:.-]/g, "").toUpperCase();
}

export function hex(number, digits) {
  return number.toString(16).toUpperCase().padStart(digits, "0");
}

function count(bytes) {
  return `${bytes.toLocaleString("en-GB")} ${bytes === 1 ? "byte" : "bytes"}`;
}

export async function sha256(bytes) {
  if (!globalThis.crypto?.subtle) {
    throw new Error(
      "This browser computes SHA-256 only on a secure (https) address. Open this page at its https address and try again.",
    );
  }
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => hex(byte, 2)).join("");
}

/** The header's fields, or null where the file does not begin with the OTA magic. */
export function readHeader(bytes) {
  if (bytes.length < 4) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== MAGIC) return null;
  if (bytes.length < HEADER_LENGTH) return { cutShort: true };
  const length = view.getUint16(6, true);
  const fieldControl = view.getUint16(8, true);
  const hasRange = (fieldControl & HARDWARE_RANGE_PRESENT) !== 0 && length >= HEADER_LENGTH;
  return {
    cutShort: false,
    version: view.getUint16(4, true),
    length,
    fieldControl,
    manufacturer: hex(view.getUint16(10, true), 4),
    imageType: hex(view.getUint16(12, true), 4),
    fileVersion: hex(view.getUint32(14, true), 8),
    stackVersion: view.getUint16(18, true),
    text: headerText(bytes.subarray(20, 52)),
    totalSize: view.getUint32(52, true),
    minimumHardware: hasRange ? hex(view.getUint16(56, true), 4) : null,
    maximumHardware: hasRange ? hex(view.getUint16(58, true), 4) : null,
  };
}

function headerText(bytes) {
  const end = bytes.indexOf(0);
  const printable = Array.from(end < 0 ? bytes : bytes.subarray(0, end)).filter((byte) => byte >= 32 && byte < 127);
  return String.fromCharCode(...printable);
}

function tidy(entry) {
  return {
    id: String(entry.entryId ?? "").trim(),
    deviceType: String(entry.deviceType ?? "").trim().toUpperCase(),
    manufacturer: plainHex(entry.manufacturerIdentifier),
    firmwareVersion: plainHex(entry.firmwareVersion),
    hardware: plainHex(entry.hardwareVersion) + plainHex(entry.hardwareRevision),
    hash: plainHex(entry.firmwareHash),
  };
}

const pass = (text) => ({ state: "pass", text });
const fail = (text) => ({ state: "fail", text });
const note = (text) => ({ state: "note", text });

function answer(verdict, severity, title, lines, advice, hash) {
  return { verdict, severity, title, lines, advice, hash: hash ?? null };
}

/**
 * Compares `bytes` with `entry`.
 *
 * `entry` holds entryId, deviceType, manufacturerIdentifier, firmwareVersion,
 * hardwareVersion, hardwareRevision and firmwareHash, in any writing; a blank
 * one is not compared. The answer holds
 *
 * - verdict: match, bare-image, no-hash, altered, other-firmware, wrong-size,
 *   other-hardware, other-version, other-manufacturer, wrong-header,
 *   wrong-trailer, whole-file-hash, truncated, not-ota, empty or too-large;
 * - severity: success, warning or failure;
 * - title, lines (each with state pass, fail or note, and text) and advice;
 * - hash: the SHA-256 that was compared, or null.
 */
export async function inspect(bytes, entry) {
  const listed = tidy(entry);
  if (bytes.length === 0) {
    return answer("empty", "failure", "This file is empty", [fail("The file has 0 bytes.")], ASK_FOR_ANOTHER);
  }
  if (bytes.length > LARGEST_FILE) {
    return answer("too-large", "failure", "This file is too large to check", [
      fail(`The file has ${count(bytes.length)}; at most ${count(LARGEST_FILE)} can be checked.`),
    ], "Check that this is a firmware file and not an archive that holds one.");
  }
  const header = readHeader(bytes);
  if (header === null) return withoutHeader(bytes, listed);
  if (header.cutShort) return headerCutShort(bytes);
  return withHeader(bytes, header, listed);
}

async function withoutHeader(bytes, listed) {
  const hash = await sha256(bytes);
  const lines = [note("The file does not begin with an OTA header (0x0BEEF11E).")];
  if (bytes.length >= 4 && hex(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, false), 8) === "0BEEF11E") {
    lines.push(note("It begins with the same four bytes in reverse order, so it may have been written big-endian."));
  }
  if (!listed.hash) return noHash(lines, hash, `SHA-256 of the whole file, ${count(bytes.length)}`);
  if (hash === listed.hash) {
    lines.push(pass(`The SHA-256 of the whole file, ${count(bytes.length)}, is the hash published for ${listed.id}.`));
    return answer(
      "bare-image",
      "success",
      "This is the bare manufacturer image, and it matches this entry",
      lines,
      "The image is the published one. It has no header, so it must be packed as an OTA file, and signed where the device needs that, before it can be sent to a device.",
      hash,
    );
  }
  lines.push(fail(`The SHA-256 of the whole file, ${count(bytes.length)}, is ${hash}. The hash published for ${listed.id} is ${listed.hash}.`));
  return answer(
    "not-ota",
    "failure",
    "This is not an OTA file, and it does not match this entry",
    lines,
    "Choose the firmware file itself, not its release note or an archive that holds it.",
    hash,
  );
}

function headerCutShort(bytes) {
  return answer(
    "truncated",
    "failure",
    "This is not a complete OTA file: its header is cut short",
    [
      pass("The file begins with an OTA header (0x0BEEF11E)."),
      fail(`The header alone needs ${HEADER_LENGTH} bytes; the whole file has ${count(bytes.length)}. There is no image in it to check.`),
    ],
    "The download or copy was probably interrupted. Fetch the file again.",
  );
}

async function withHeader(bytes, header, listed) {
  const found = await findImage(bytes, header, listed);
  const checks = [
    checkLayout(header),
    checkSize(bytes, header),
    checkManufacturer(header, listed),
    checkFileVersion(header, listed),
    checkHardware(header, listed),
    checkTrailer(found, listed),
  ].filter(Boolean);
  const lines = [
    pass(header.text ? `The file begins with an OTA header, which calls it “${header.text}”.` : "The file begins with an OTA header."),
    ...checks.map((check) => check.line),
  ];
  const failed = checks.filter((check) => check.line.state === "fail");
  if (!listed.hash) return noHash(lines, found.hash, `SHA-256 of the manufacturer image, ${count(found.size)}`, failed);
  if (found.matches === "image") return hashMatches(lines, failed, found, listed);
  if (found.matches === "file") return wholeFileHash(lines, found, listed);
  return hashDiffers(lines, failed, found, listed, bytes, header);
}

/**
 * Where in the file the manufacturer image is: tried first as the layout says,
 * then in the ways that files are known to differ from it.
 */
async function findImage(bytes, header, listed) {
  const start = header.length >= SHORTEST_HEADER && header.length <= bytes.length ? header.length : HEADER_LENGTH;
  const wanted = WITH_TRAILER.has(listed.deviceType);
  const present = endsInTrailer(bytes, start, bytes.length);
  const cut = (end, trailer) => ({ start, end: trailer ? end - TRAILER_LENGTH : end, trailer });
  const ways = [cut(bytes.length, wanted && present)];
  if (listed.hash) {
    ways.push(cut(bytes.length, !ways[0].trailer));
    if (header.totalSize > start && header.totalSize < bytes.length) {
      ways.push(cut(header.totalSize, wanted), cut(header.totalSize, !wanted));
    }
  }
  const hashed = [];
  for (const way of ways) {
    if (way.end < way.start) continue;
    const hash = await sha256(bytes.subarray(way.start, way.end));
    const found = { hash, size: way.end - way.start, trailer: way.trailer, end: way.end, present };
    if (hash === listed.hash) return { ...found, matches: "image" };
    hashed.push(found);
  }
  if (listed.hash && (await sha256(bytes)) === listed.hash) return { ...hashed[0], matches: "file" };
  return { ...hashed[0], matches: null };
}

function endsInTrailer(bytes, start, end) {
  return end - TRAILER_LENGTH >= start && bytes[end - TRAILER_LENGTH + 1] === SIGNATURE_LENGTH;
}

function checkLayout(header) {
  if (header.version === HEADER_VERSION && header.length === HEADER_LENGTH) return null;
  return {
    verdict: "wrong-header",
    title: "its header is not laid out as expected",
    line: fail(
      `The header says version 0x${hex(header.version, 4)} and length ${count(header.length)}; 0x${hex(HEADER_VERSION, 4)} and ${count(HEADER_LENGTH)} are expected.`,
    ),
  };
}

function checkSize(bytes, header) {
  if (header.totalSize === bytes.length) {
    return { line: pass(`The size in the header, ${count(header.totalSize)}, is the size of the file.`) };
  }
  const difference = bytes.length - header.totalSize;
  const how = difference > 0 ? `${count(difference)} more than its header says` : `${count(-difference)} fewer than its header says`;
  return {
    verdict: "wrong-size",
    title: "the size in its header is wrong",
    line: fail(`The header says the file has ${count(header.totalSize)}; it has ${count(bytes.length)}: ${how}.`),
  };
}

function checkManufacturer(header, listed) {
  if (!listed.manufacturer) return null;
  if (header.manufacturer === listed.manufacturer) {
    return { line: pass(`The manufacturer code in the header, ${header.manufacturer}, is this entry’s.`) };
  }
  return {
    verdict: "other-manufacturer",
    title: "its header names another manufacturer code",
    line: fail(`The header gives manufacturer code ${header.manufacturer}; this entry has ${listed.manufacturer}.`),
  };
}

function checkFileVersion(header, listed) {
  if (!listed.firmwareVersion) return null;
  if (header.fileVersion === listed.firmwareVersion) {
    return { line: pass(`The version in the header, ${header.fileVersion}, is this entry’s firmware version.`) };
  }
  return {
    verdict: "other-version",
    title: "its header names another firmware version",
    line: fail(`The header gives version ${header.fileVersion}; this entry’s firmware version is ${listed.firmwareVersion}.`),
  };
}

function checkHardware(header, listed) {
  if (!/^[0-9A-F]{4}$/.test(listed.hardware)) return null;
  if (header.minimumHardware === null) return { line: note("The header gives no hardware range, so the hardware was not compared.") };
  const range = `${header.minimumHardware} to ${header.maximumHardware}`;
  if (header.minimumHardware <= listed.hardware && listed.hardware <= header.maximumHardware) {
    return { line: pass(`The hardware range in the header, ${range}, covers this entry’s hardware, ${listed.hardware}.`) };
  }
  return {
    verdict: "other-hardware",
    title: "its header is for other hardware",
    line: fail(
      `The header is for hardware ${range} (version and revision); this entry’s hardware is ${listed.hardware}, which that does not cover.`,
    ),
  };
}

function checkTrailer(found, listed) {
  const wanted = WITH_TRAILER.has(listed.deviceType);
  const has = found.matches === "image" ? found.trailer : wanted && found.present;
  if (wanted && has) {
    return {
      line: note(`The file ends in a supplier’s signature (${TRAILER_LENGTH} bytes). It is not part of the image, so another supplier’s signature does not change the hash.`),
    };
  }
  if (wanted) {
    return {
      verdict: "wrong-trailer",
      title: "it lacks the supplier’s signature",
      line: fail(`A file for an ${listed.deviceType} ends in a supplier’s signature of ${TRAILER_LENGTH} bytes; none was found at the end of this one.`),
    };
  }
  if (has) {
    return {
      verdict: "wrong-trailer",
      title: "it ends in a signature that this device type does not have",
      line: fail(`The file ends in ${TRAILER_LENGTH} bytes that look like a supplier’s signature; files for a device of type ${listed.deviceType} have none.`),
    };
  }
  return null;
}

function hashMatches(lines, failed, found, listed) {
  lines.push(pass(`The SHA-256 of the manufacturer image, ${count(found.size)}, is the hash published for ${listed.id}.`));
  if (failed.length === 0) {
    return answer("match", "success", "This file matches this entry", lines, "The image in this file is the one the manufacturer signed off for this entry.", found.hash);
  }
  return answer(
    failed[0].verdict,
    "warning",
    `The image is this entry’s, but ${failed.map((check) => check.title).join(", and ")}`,
    lines,
    ASK_FOR_ANOTHER,
    found.hash,
  );
}

function wholeFileHash(lines, found, listed) {
  lines.push(
    fail(`The SHA-256 of the manufacturer image is ${found.hash}, which is not the hash published for ${listed.id}.`),
    note("The SHA-256 of the whole file is the published hash. A published hash must cover the manufacturer image alone, so it was most likely computed over the wrong bytes."),
  );
  return answer(
    "whole-file-hash",
    "warning",
    "The hash published for this entry was taken over this whole file, not over the image",
    lines,
    "The file is the one the hash was computed from. Tell SECAS and the manufacturer’s contact on this page that the published hash needs to be corrected.",
    found.hash,
  );
}

function hashDiffers(lines, failed, found, listed, bytes, header) {
  lines.push(fail(`The SHA-256 of the manufacturer image, ${count(found.size)}, is ${found.hash}. The hash published for ${listed.id} is ${listed.hash}.`));
  if (bytes.length < header.totalSize) {
    return answer("wrong-size", "failure", "This file is incomplete, and its image does not match this entry", lines,
      "The download or copy was probably interrupted. Fetch the file again.", found.hash);
  }
  const another = failed.some((check) => ["other-manufacturer", "other-version", "other-hardware"].includes(check.verdict));
  if (another) {
    return answer("other-firmware", "failure", "This file is not this entry’s firmware", lines,
      "Search for the version in the header to find the entry it belongs to, and check the file there.", found.hash);
  }
  return answer("altered", "failure", "Do not use this file: its header names this entry, but its image is not the published one", lines, REFUSE, found.hash);
}

function noHash(lines, hash, what, failed = []) {
  lines.push(note(`${what}: ${hash}`));
  const also = failed.length ? `; also, ${failed.map((check) => check.title).join(", and ")}` : "";
  return answer(
    "no-hash",
    "warning",
    `No hash is published for this entry, so the image can’t be confirmed${also}`,
    lines,
    `Its SHA-256 is ${hash}. Ask the manufacturer’s contact on this page to confirm that figure, or to have the hash published.`,
    hash,
  );
}
