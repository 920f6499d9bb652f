import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from './root.ts';

export type { ErrorCode } from './errors.ts';
/** What clients may know of the API: types only, no code and no server types. */
export type { AppRouter } from './root.ts';
/** Taken from the router's error shape, not from the schema: its declaration would bring zod along. */
export type Problem = AppRouter['_def']['_config']['$types']['errorShape']['data']['problem'];
export type RouterInputs = inferRouterInputs<AppRouter>;
export type RouterOutputs = inferRouterOutputs<AppRouter>;
