import { constants, setPriority } from 'node:os';
import sharp from 'sharp';
import { keepPicture } from './keep-picture.ts';
import type { PictureAnswer, PictureTask } from './picture-task.ts';
import { PictureRefused } from './pictures.ts';
import { renderPicture } from './render-picture.ts';

/**
 * The process that decodes: what a broken or malicious picture does to it, it does to nobody else. One picture at a
 * time and one thread for each; nothing is kept from one to the next.
 */
// Whoever buys goes first.
setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
sharp.cache(false);
sharp.concurrency(1);
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadJpeg',
    'VipsForeignLoadPng',
    'VipsForeignLoadNsgif',
    'VipsForeignLoadWebp',
    'VipsForeignLoadHeif',
  ],
});

async function answerTo(task: PictureTask): Promise<PictureAnswer> {
  const { id } = task;
  try {
    if (task.kind === 'keep') return { id, kept: await keepPicture(task.path, task.format, task.limits) };
    return { id, rendered: await renderPicture(task.kept, task.rendering) };
  } catch (error) {
    if (error instanceof PictureRefused) return { id, refused: error.fault, limit: error.limit };
    return { id, failed: error instanceof Error ? error.message : String(error) };
  }
}

process.on('message', (task: PictureTask) => {
  void answerTo(task).then((answer) => process.send?.({ ...answer, rssBytes: process.memoryUsage.rss() }));
});
process.on('disconnect', () => process.exit(0));
