import type { JsonObject } from './schema';

/** Pixels from the server: the bytes that the library rendered. */
export interface Pixels {
  /** Which picture of the movie it is: the stage, after the kind if it is made of many frames. */
  made?: string;
  request: number;
  frame: number;
  height: number;
  width: number;
  /** 0 uint8, 1 uint16, 2 float32, 3 float64. */
  type: number;
  revision: number;
  isImage: boolean;
  values: Uint8Array | Uint16Array | Float32Array | Float64Array;
}

const headerBytes = 32;
const magic = 0x3146534d;

export function readPixels(message: ArrayBuffer): Pixels {
  const words = new DataView(message);
  if (words.getUint32(0, true) !== magic) throw new Error('no frame');
  const word = (i: number) => words.getInt32(4 * i, true);
  const type = word(5);
  const values = type === 0 ? new Uint8Array(message, headerBytes) : type === 1 ? new Uint16Array(message, headerBytes) : type === 2 ? new Float32Array(message, headerBytes) : new Float64Array(message, headerBytes);
  return { request: word(1), frame: word(2), height: word(3), width: word(4), type, revision: word(6), isImage: word(7) === 1, values };
}

export type Link = 'connecting' | 'open' | 'lost' | 'refused';

type Reply = JsonObject & { op: string; id?: number };

/** The page's connection. It comes back by itself; whoever listens is told, and sends its specs again. */
export class Socket {
  link: Link = 'connecting';
  onLink: (link: Link) => void = () => {};
  onMessage: (message: Reply) => void = () => {};
  onPixels: (pixels: Pixels) => void = () => {};
  private socket?: WebSocket;
  private next = 1;
  private waiting = new Map<number, { done: (value: any) => void; failed: (error: Error) => void }>();
  private pause = 500;

  open() {
    this.tell('connecting');
    const socket = new WebSocket(`ws://${location.host}/api/socket`);
    socket.binaryType = 'arraybuffer';
    this.socket = socket;
    socket.onopen = () => {
      this.pause = 500;
      this.tell('open');
    };
    socket.onmessage = e => {
      if (e.data instanceof ArrayBuffer) {
        const pixels = readPixels(e.data);
        const asked = this.waiting.get(pixels.request);
        if (asked) {
          this.waiting.delete(pixels.request);
          asked.done(pixels);
        } else this.onPixels(pixels);
        return;
      }
      const message = JSON.parse(e.data) as Reply;
      const asked = message.id !== undefined ? this.waiting.get(message.id as number) : undefined;
      if (asked) {
        this.waiting.delete(message.id as number);
        if (message.op === 'error') asked.failed(new Error(message.error as string));
        else asked.done(message);
      } else this.onMessage(message);
    };
    socket.onclose = async () => {
      if (this.socket !== socket) return;
      for (const asked of this.waiting.values()) asked.failed(new Error('The connection was lost.'));
      this.waiting.clear();
      // A server that runs but does not know us was started anew: its token is in the address that it printed.
      const refused = await fetch('./api/start').then(r => r.status === 401, () => false);
      this.tell(refused ? 'refused' : 'lost');
      setTimeout(() => this.open(), this.pause);
      this.pause = Math.min(this.pause * 1.5, 4000);
    };
  }

  private tell(link: Link) {
    this.link = link;
    this.onLink(link);
  }

  get isOpen() {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  /** Sends without waiting; answers come to the listeners. */
  send(message: JsonObject): number {
    const id = this.next++;
    if (this.isOpen) this.socket!.send(JSON.stringify({ ...message, id }));
    return id;
  }

  /** Asks for one answer: a JSON message or pixels. */
  ask<T>(message: JsonObject): Promise<T> {
    return new Promise((done, failed) => {
      if (!this.isOpen) return failed(new Error('Not connected.'));
      this.waiting.set(this.send(message), { done, failed });
    });
  }
}

/** A request over HTTP; an error carries the server's sentence. */
export async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const reply = await fetch('./api/' + path, {
    method,
    body: body === undefined ? undefined : JSON.stringify(body),
    headers: body === undefined ? undefined : { 'content-type': 'application/json' },
  }).catch(() => {
    throw new Error('The studio does not answer. Is minisim still running?');
  });
  const answer = await reply.json().catch(() => ({ error: `The studio answered ${reply.status}.` }));
  if (!reply.ok) throw Object.assign(new Error(answer.error), { problems: answer.problems });
  return answer as T;
}
