import http from 'node:http';

/** A page that was asked for and may still be busy. */
export type AskedPage = {
  /** The status and the first line of the answer, as soon as it is there. Rejects when the connection breaks before. */
  readonly answer: Promise<{readonly status: number; readonly firstLine: string}>;
  readonly hangUp: () => void;
};

/** Asks for a page as `curl` does: over a connection of its own, which stays open until the server closes it. */
export function ask(address: string): AskedPage {
  let request: http.ClientRequest | undefined;
  const answer = new Promise<{readonly status: number; readonly firstLine: string}>((resolve, reject) => {
    request = http.get(address, {agent: false}, (response) => {
      const status = response.statusCode ?? 0;
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
        if (text.includes('\n')) {
          resolve({status, firstLine: text.slice(0, text.indexOf('\n'))});
        }
      });
      response.on('end', () => resolve({status, firstLine: text}));
      response.on('error', reject);
    });
    request.on('error', reject);
  });
  return {answer, hangUp: () => request?.destroy()};
}
