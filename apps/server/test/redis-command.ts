import { connect } from 'node:net';

/** Sends one command to the Redis on `port` and answers what it said, as it was on the wire. */
export function redisCommand(port: number, ...words: string[]): Promise<string> {
  return new Promise((done, fail) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1');
    socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk));
    socket.on('error', fail).on('close', () => done(answer));
    const encoded = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
    socket.write(`*${words.length}\r\n${encoded.join('')}*1\r\n$4\r\nQUIT\r\n`);
  });
}
