/**
 * Line numbers out of a code object's line table, whose form changed with 3.10 and again with 3.11.
 *
 * `offset` is that of the instruction in bytes. Undefined is an instruction that belongs to no line, or one outside the
 * table. Sources: Objects/lnotab_notes.txt of 3.8 to 3.10, Objects/locations.md of 3.11 and newer.
 */
export function lineAt(table: Buffer, firstLine: number, offset: number, minor: number): number | undefined {
  // A frame that has not begun stands before its first instruction.
  if (offset < 0) return firstLine;
  if (minor >= 11) return inLocations(table, firstLine, offset);

  return minor === 10 ? inRanges(table, firstLine, offset) : inIncrements(table, firstLine, offset);
}

/** Pairs of increments: bytes, then lines (co_lnotab of 3.8 and 3.9). */
function inIncrements(table: Buffer, firstLine: number, offset: number): number {
  let line = firstLine;
  let address = 0;
  for (let at = 0; at + 1 < table.length; at += 2) {
    address += table.readUInt8(at);
    if (address > offset) break;
    line += table.readInt8(at + 1);
  }

  return line;
}

/** Pairs of a length in bytes and a line increment; -128 is no line (co_linetable of 3.10). */
function inRanges(table: Buffer, firstLine: number, offset: number): number | undefined {
  let line = firstLine;
  let end = 0;
  for (let at = 0; at + 1 < table.length; at += 2) {
    end += table.readUInt8(at);
    const increment = table.readInt8(at + 1);
    if (increment !== -128) line += increment;
    if (offset < end) return increment === -128 ? undefined : line;
  }

  return undefined;
}

const kind = {long: 14, noColumn: 13, firstOneLine: 10, none: 15} as const;

/** Entries of a length, a kind and what that kind has (co_linetable of 3.11 and newer). */
function inLocations(table: Buffer, firstLine: number, offset: number): number | undefined {
  let line = firstLine;
  let end = 0;
  let at = 0;

  // Six bits a byte, least significant first, bit 6 says that there is more.
  const unsigned = (): number => {
    let value = 0;
    for (let factor = 1; at < table.length && factor <= 2 ** 30; factor *= 64) {
      const byte = table.readUInt8(at++);
      value += (byte & 63) * factor;
      if ((byte & 64) === 0) break;
    }
    return value;
  };
  const signed = (): number => {
    const value = unsigned();
    return value % 2 === 1 ? -Math.floor(value / 2) : Math.floor(value / 2);
  };

  while (at < table.length) {
    const first = table.readUInt8(at++);
    const form = (first >>> 3) & 15;
    if (form === kind.long) {
      line += signed();
      unsigned();
      unsigned();
      unsigned();
    } else if (form === kind.noColumn) {
      line += signed();
    } else if (form >= kind.firstOneLine && form < kind.noColumn) {
      line += form - kind.firstOneLine;
      at += 2;
    } else if (form !== kind.none) {
      at += 1;
    }

    end += ((first & 7) + 1) * 2;
    if (offset < end) return form === kind.none ? undefined : line;
  }

  return undefined;
}
