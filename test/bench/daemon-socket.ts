import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';

/** A Docker daemon that only notices when it is asked. */
export interface OneQuestion {
  /** Path of its socket. */
  readonly socket: string;
  /** Waits for the next question, which gets no answer. */
  asked(): Promise<void>;
  close(): void;
}

/** Starts it on a socket in `folder`. */
export async function oneQuestion(folder: string): Promise<OneQuestion> {
  const socket = join(folder, 'docker.sock');
  const server = createServer();
  server.listen(socket);
  await once(server, 'listening');
  return {
    socket,
    async asked() {
      await once(server, 'request');
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
