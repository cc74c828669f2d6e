import http from 'node:http';
import {connect, type Socket} from 'node:net';

/** A value that every request carries in its query and that must never be seen in anything gunspect writes. */
export const secretInQuery = 'hush-hush-5f1c';

/** How a request ended: with an answer, or with the error code of its connection. */
export type PageAnswer =
  | {readonly kind: 'answer'; readonly status: number; readonly body: string; readonly workerPid?: number}
  | {readonly kind: 'broken'; readonly code: string};

export type PageRequest = {
  readonly answer: Promise<PageAnswer>;
  /** Closes the connection from the client's side. */
  readonly abort: () => void;
};

function withSecret(path: string): string {
  return `${path}${path.includes('?') ? '&' : '?'}token=${secretInQuery}`;
}

/** Asks for a page over a connection of its own, without keep-alive. Never rejects: a broken connection is an answer. */
export function requestPage(port: number, path: string): PageRequest {
  let request: http.ClientRequest | undefined;
  const answer = new Promise<PageAnswer>((resolve) => {
    const broken = (error: NodeJS.ErrnoException) => {
      resolve({kind: 'broken', code: error.code ?? error.message});
    };
    request = http.get({host: '127.0.0.1', port, path: withSecret(path), agent: false}, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (body += chunk));
      response.on('error', broken);
      response.on('end', () => {
        const pid = response.headers['x-worker-pid'];
        const status = response.statusCode ?? 0;
        resolve({kind: 'answer', status, body, ...(typeof pid === 'string' ? {workerPid: Number(pid)} : {})});
      });
    });
    request.on('error', broken);
  });
  return {answer, abort: () => request?.destroy()};
}

/**
 * A client that connects, sends `text` (nothing by default) and then neither speaks nor hangs up, not even when the
 * server does. Resolves once connected.
 */
export function holdConnection(port: number, text = ''): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({host: '127.0.0.1', port, allowHalfOpen: true}, () => {
      socket.on('error', () => undefined);
      if (text !== '') {
        socket.write(text);
      }

      resolve(socket);
    });
    socket.once('error', reject);
    socket.resume();
  });
}

/** The text of a request for `path`, for `holdConnection`. */
export function requestText(path: string): string {
  return `GET ${withSecret(path)} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`;
}
