/** Cuts bytes into lines of text as they arrive, and never holds more than one line that is too long to be one. */

/** A sample of five thousand workers in full has 2 MB. */
export const longestLineBytes = 4 * 1024 * 1024;

/** A line, or what was found in its place. `whole` is false for one that the end of the data cut off. */
export type ByteLine = {readonly text: string; readonly whole: boolean};

/** A line that is longer than any of ours. */
export class LineTooLong extends Error {
  override readonly name = 'LineTooLong';
}

const lineFeed = 0x0a;

/** The lines of the chunks, without their ends. Text that is no UTF-8 comes with U+FFFD in it. Throws a `LineTooLong`. */
export async function* byteLines(
  chunks: AsyncIterable<Uint8Array>,
  longestBytes = longestLineBytes,
): AsyncGenerator<ByteLine> {
  let parts: Uint8Array[] = [];
  let heldBytes = 0;
  const take = (): string => {
    const text = Buffer.concat(parts).toString('utf8');
    parts = [];
    heldBytes = 0;
    return text;
  };
  const hold = (part: Uint8Array) => {
    parts.push(part);
    heldBytes += part.length;
    if (heldBytes > longestBytes) {
      throw new LineTooLong();
    }
  };
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, from)) {
      hold(chunk.subarray(from, end));
      yield {text: take(), whole: true};
      from = end + 1;
    }
    if (from < chunk.length) {
      hold(chunk.subarray(from));
    }
  }
  if (heldBytes > 0) {
    yield {text: take(), whole: false};
  }
}
