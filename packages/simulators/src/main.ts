import { readConfig } from './config.ts';
import { startStripeSimulator } from './stripe/index.ts';

const simulator = await startStripeSimulator(readConfig());
process.stdout.write(`${JSON.stringify({ ready: true, url: simulator.url })}\n`);

let stopping = false;

async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  setTimeout(() => process.exit(0), 1_500).unref();
  await simulator.close();
  process.exit(0);
}

process.once('SIGINT', () => void stop());
process.once('SIGTERM', () => void stop());
process.once('disconnect', () => void stop());
