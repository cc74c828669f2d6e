/** Parses `/proc/<pid>/stat` (proc_pid_stat(5)) from its bytes, without making a string of it. */

export type ProcessStat = {
  /** Field 3, one letter. */
  readonly state: string;
  /** Field 4. */
  readonly parentPid: number;
  /** Fields 10 and 12 together: page faults of its own. While they stand still, its memory has not grown. */
  readonly faults: number;
  /** Field 11: minor faults of the children that were waited for. It jumps with each reaped child. */
  readonly deadChildrenMinorFaults: number;
  /** Fields 14 and 15 together, clock ticks. */
  readonly cpuTicks: number;
  /** Field 20. */
  readonly threads: number;
  /** Field 22, clock ticks since boot. */
  readonly startTicks: number;
  /** Field 24, pages; lags behind statm by some of them. */
  readonly rssPages: number;
  /** Field 48: where the arguments lie. The same in a process that was forked and never executed another program; 0 when not readable. */
  readonly argumentsAt: number;
  /** Field 52: the status for wait(2) of a zombie; 0 also when not readable. */
  readonly exitCode: number;
};

const space = 0x20;
const closingParenthesis = 0x29;
const zero = 0x30;
const nine = 0x39;

// Fields 4 to 52 of the newest line parsed. One array for all calls: the fast path makes no garbage but its result.
const numbers = new Float64Array(53);

/**
 * Undefined for what is not a whole line. The name in field 2 may contain anything, parentheses and line breaks
 * included, so fields are counted from the last `)`.
 */
export function parseStat(bytes: Buffer, length = bytes.length): ProcessStat | undefined {
  const nameEnd = bytes.lastIndexOf(closingParenthesis, length - 1);
  if (nameEnd < 0 || nameEnd + 2 >= length) return undefined;

  numbers.fill(0);
  let field = 4;
  let inNumber = false;
  for (let at = nameEnd + 4; at < length && field < numbers.length; at++) {
    const byte = bytes[at] ?? space;
    if (byte >= zero && byte <= nine) {
      numbers[field] = (numbers[field] ?? 0) * 10 + (byte - zero);
      inNumber = true;
    } else if (byte === space) {
      field++;
      inNumber = false;
    }
  }

  const lastField = inNumber ? field : field - 1;
  if (lastField < 24) return undefined;

  return {
    state: String.fromCharCode(bytes[nameEnd + 2] ?? space),
    parentPid: numbers[4] ?? 0,
    faults: (numbers[10] ?? 0) + (numbers[12] ?? 0),
    deadChildrenMinorFaults: numbers[11] ?? 0,
    cpuTicks: (numbers[14] ?? 0) + (numbers[15] ?? 0),
    threads: numbers[20] ?? 0,
    startTicks: numbers[22] ?? 0,
    rssPages: numbers[24] ?? 0,
    argumentsAt: numbers[48] ?? 0,
    exitCode: numbers[52] ?? 0,
  };
}

/** The name in field 2, as it stands between the outermost parentheses. */
export function nameInStat(bytes: Buffer, length = bytes.length): string {
  const start = bytes.indexOf('(');
  const end = bytes.lastIndexOf(closingParenthesis, length - 1);
  return start < 0 || end <= start ? '' : bytes.toString('utf8', start + 1, end);
}
