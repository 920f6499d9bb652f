export * from './stripe/index.ts';
