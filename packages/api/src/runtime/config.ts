import { z } from 'zod';
import { type HashCost, LEAST_COST } from '../domains/auth/password-hasher.ts';
import { type MediaConfig, mediaSettings, toMediaConfig } from './media-settings.ts';
import { type SocialConfig, socialSettings, toSocialConfig } from './social-settings.ts';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\]|0\.0\.0\.0)$/i;

const flag = z.enum(['0', '1', 'true', 'false']).transform((text) => text === '1' || text === 'true');
const count = (fallback: number) => z.coerce.number().int().min(0).max(10_000_000).default(fallback);

const webOrigin = z.url({ protocol: /^https?$/ }).transform((url) => new URL(url).origin);
const list = z.string().transform((text) => text.split(',').map((entry) => entry.trim()));
const origins = list.pipe(z.array(webOrigin));

/** Every setting, in the order of the README's table. Empty strings count as absent. */
const Environment = z.object({
  NODE_ENV: z.enum(['development', 'production', 'test']).default('development'),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).default('http://localhost:3000'),
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(1).max(100).default(5),
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\//)
    .optional(),
  AUTH_SECRET: z.string().min(32),
  STOREFRONT_URL: z.url({ protocol: /^https?$/ }).optional(),
  ARGON2_MEMORY_KIB: z.coerce.number().int().min(LEAST_COST.memoryKib).max(1_048_576).default(LEAST_COST.memoryKib),
  ARGON2_PASSES: z.coerce.number().int().min(LEAST_COST.passes).max(20).default(LEAST_COST.passes),
  STEP_UP_MAX_AGE_SECONDS: z.coerce.number().int().min(60).max(86_400).default(900),
  REQUIRE_STAFF_SECOND_FACTOR: flag.default(false),
  WEBAUTHN_RP_ID: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/, 'A host name in lower case')
    .optional(),
  WEBAUTHN_ORIGINS: origins.optional(),
  CORS_ORIGINS: list.pipe(z.array(z.literal('*').or(webOrigin))).default([]),
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  STRIPE_SECRET_KEY: z.string().min(1).optional(),
  STRIPE_WEBHOOK_SECRET: z.string().min(1).optional(),
  STRIPE_API_BASE: z.url({ protocol: /^https?$/ }).optional(),
  STRIPE_SIMULATOR: flag.default(false),
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\//)
    .optional(),
  MAIL_DIR: z.string().optional(),
  ...mediaSettings,
  MAIL_FROM: z.string().default('Cartwright <shop@localhost>'),
  ...socialSettings,
  CATALOG_CACHE_MS: z.coerce.number().int().min(0).max(3_600_000).default(60_000),
  CDN_CACHE_SECONDS: z.coerce.number().int().min(0).max(86_400).default(1),
  LIMIT_READ_PER_10S: count(100_000),
  LIMIT_CART_PER_10S: count(5_000),
  LIMIT_ADMIN_PER_10S: count(5_000),
  LIMIT_AUTH_PER_MINUTE: count(300),
  LIMIT_LOGIN_FAILURES_PER_15MIN: count(10),
  LIMIT_MAILS_PER_HOUR: count(5),
});

export interface StripeConfig {
  secretKey: string;
  webhookSecret: string | undefined;
  apiBase: string | undefined;
  simulator: boolean;
}

export interface Config {
  production: boolean;
  host: string;
  port: number;
  publicUrl: string;
  databaseUrl: string;
  databasePoolSize: number;
  redisUrl: string | undefined;
  authSecret: string;
  /** Where links in mails lead to; without a trailing slash. */
  storefrontUrl: string;
  /** What hashing one password costs. */
  passwordHash: HashCost;
  /** How long ago the log-in may be for what is dangerous. */
  stepUpMaxAgeSeconds: number;
  /** Whether staff without a second factor may do nothing but set one up. */
  requireStaffSecondFactor: boolean;
  /** The domain that passkeys are made for, and the origins of the pages that may use them. */
  webauthn: { rpId: string; origins: readonly string[] };
  /** Web origins whose pages may call us; `*` stands for every one. */
  corsOrigins: readonly string[];
  /** How many proxies in front of us write `X-Forwarded-For`; 0 trusts nobody. */
  trustedProxies: number;
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** Absent: paying with Stripe is switched off. */
  stripe: StripeConfig | undefined;
  mail: { from: string } & ({ smtpUrl: string } | { folder: string });
  media: MediaConfig;
  social: SocialConfig;
  /** How long an answer about the catalog is given again if nothing changes, in milliseconds; 0 never. */
  catalogCacheMs: number;
  /** What caches outside may do with an answer to a guest. */
  publicCacheControl: string;
  limits: {
    readPer10s: number;
    cartPer10s: number;
    adminPer10s: number;
    authPerMinute: number;
    loginFailuresPer15Min: number;
    /** Mails of one kind that anybody can cause to one mailbox. */
    mailsPerHour: number;
  };
}

/** Thrown at start when a setting is missing or wrong; names every one of them. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Reads the settings; the only place in this package that looks at the environment. Throws {@link ConfigError}. */
export function loadConfig(env: Record<string, string | undefined> = process.env): Config {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = Environment.safeParse(present);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new ConfigError(`Settings are missing or wrong:\n  ${lines.join('\n  ')}`);
  }
  const e = parsed.data;
  const production = e.NODE_ENV === 'production';
  if (production && e.STRIPE_SIMULATOR) throw new ConfigError('STRIPE_SIMULATOR is refused with NODE_ENV=production.');
  if (production && e.STRIPE_API_BASE && LOOPBACK.test(new URL(e.STRIPE_API_BASE).hostname)) {
    throw new ConfigError('STRIPE_API_BASE points at this machine, which NODE_ENV=production refuses.');
  }
  if (production && !e.SMTP_URL && !e.MAIL_DIR) throw new ConfigError('SMTP_URL is required with NODE_ENV=production.');
  const publicUrl = e.PUBLIC_URL.replace(/\/$/, '');
  const storefrontUrl = (e.STOREFRONT_URL ?? publicUrl).replace(/\/$/, '');
  return {
    production,
    host: e.HOST,
    port: e.PORT,
    publicUrl,
    databaseUrl: e.DATABASE_URL,
    databasePoolSize: e.DATABASE_POOL_SIZE,
    redisUrl: e.REDIS_URL,
    authSecret: e.AUTH_SECRET,
    passwordHash: { memoryKib: e.ARGON2_MEMORY_KIB, passes: e.ARGON2_PASSES },
    storefrontUrl,
    stepUpMaxAgeSeconds: e.STEP_UP_MAX_AGE_SECONDS,
    requireStaffSecondFactor: e.REQUIRE_STAFF_SECOND_FACTOR,
    webauthn: {
      rpId: e.WEBAUTHN_RP_ID ?? new URL(publicUrl).hostname,
      origins: e.WEBAUTHN_ORIGINS ?? [...new Set([new URL(publicUrl).origin, new URL(storefrontUrl).origin])],
    },
    corsOrigins: e.CORS_ORIGINS,
    trustedProxies: e.TRUSTED_PROXIES,
    logLevel: e.LOG_LEVEL,
    stripe: e.STRIPE_SECRET_KEY
      ? {
          secretKey: e.STRIPE_SECRET_KEY,
          webhookSecret: e.STRIPE_WEBHOOK_SECRET,
          apiBase: e.STRIPE_API_BASE,
          simulator: e.STRIPE_SIMULATOR,
        }
      : undefined,
    mail: { from: e.MAIL_FROM, ...(e.SMTP_URL ? { smtpUrl: e.SMTP_URL } : { folder: e.MAIL_DIR ?? '.data/mail' }) },
    media: orConfigError(() => toMediaConfig(e)),
    catalogCacheMs: e.CATALOG_CACHE_MS,
    publicCacheControl: publicCacheControl(e.CDN_CACHE_SECONDS),
    social: orConfigError(() => toSocialConfig(e)),
    limits: {
      readPer10s: e.LIMIT_READ_PER_10S,
      cartPer10s: e.LIMIT_CART_PER_10S,
      adminPer10s: e.LIMIT_ADMIN_PER_10S,
      authPerMinute: e.LIMIT_AUTH_PER_MINUTE,
      loginFailuresPer15Min: e.LIMIT_LOGIN_FAILURES_PER_15MIN,
      mailsPerHour: e.LIMIT_MAILS_PER_HOUR,
    },
  };
}

/** Browsers ask every time, which a 304 makes cheap; what stands between may answer for a while by itself. */
function publicCacheControl(seconds: number): string {
  if (seconds === 0) return 'public, no-cache';
  return `public, max-age=0, s-maxage=${seconds}, stale-while-revalidate=${seconds * 5}`;
}

function orConfigError<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new ConfigError(`Settings are missing or wrong:\n  ${error instanceof Error ? error.message : error}`);
  }
}
