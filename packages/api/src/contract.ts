import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from './root.ts';

export type { ErrorCode } from './errors.ts';
/** What clients may know of the API: types only, no code and no server types. */
export type { AppRouter } from './root.ts';
export type { Problem } from './trpc/errors.ts';
export type RouterInputs = inferRouterInputs<AppRouter>;
export type RouterOutputs = inferRouterOutputs<AppRouter>;
