import { editDistance } from './domain/edit-distance.js';

/** Every variable that Muster reads from its environment, in the order of the README's table. */
export const configVariables = [
  'MUSTER_ISSUER',
  'MUSTER_AUDIENCE',
  'MUSTER_JWKS_URL',
  'MUSTER_PUBLIC_KEY',
  'MUSTER_PUBLIC_KEY_FILE',
  'MUSTER_ALGORITHMS',
  'MUSTER_TOKEN_TYPES',
  'MUSTER_SMTP_URL',
  'MUSTER_MAIL_FROM',
  'MUSTER_INVITATION_URL',
  'MUSTER_HOST',
  'MUSTER_PORT',
  'EVENT_STORE_URL',
  'MUSTER_KEY_VAULT_URL',
  'MUSTER_ERASURE_LEDGER',
  'MUSTER_CHECKPOINT_MINUTES',
  'MUSTER_LOG_LEVEL',
  'MUSTER_METRICS_HOST',
  'MUSTER_METRICS_PORT',
  'MUSTER_READY_LAG_SECONDS',
  'MUSTER_DRAIN_SECONDS',
  'MUSTER_MAX_WAITING',
  'MUSTER_MAX_WAITING_PER_ACCOUNT',
  'MUSTER_MAX_REQUEST_MB',
] as const;
export type ConfigVariable = (typeof configVariables)[number];

export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

/** Null when it is not set, or blank. */
export function readText(env: EnvironmentVariables, name: ConfigVariable): string | null {
  const text = env[name]?.trim();
  return text === undefined || text === '' ? null : text;
}

export interface NumberRange {
  readonly least: number;
  readonly most: number;
  readonly otherwise: number;
  /** What the number is, for the message: "seconds". */
  readonly unit: string;
}

/** A whole number; one that is wrong is a problem, and counts as `otherwise` meanwhile. */
export function readNumber(
  env: EnvironmentVariables,
  name: ConfigVariable,
  { range, problems }: { readonly range: NumberRange; readonly problems: string[] },
): number {
  const { least, most, otherwise, unit } = range;
  const text = readText(env, name);
  if (text === null) return otherwise;
  const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  problems.push(`${name} must be a whole number from ${least} to ${most} (${unit}), not "${text}"`);
  return otherwise;
}

/** A misspelt variable would leave its default in force without anybody noticing. */
export const unknownVariables = (env: EnvironmentVariables): readonly string[] =>
  Object.keys(env)
    .filter((name) => name.startsWith('MUSTER_') && !name.startsWith('MUSTER_TEST_') && !isKnown(name))
    .sort()
    .map((name) => {
      const nearest = nearestTo(name);
      return nearest === null
        ? `${name} is no variable of Muster: unset it (Kubernetes sets such ones for a service called muster, unless enableServiceLinks is false)`
        : `${name} is no variable of Muster: did you mean ${nearest}? Otherwise unset it`;
    });

const isKnown = (name: string): boolean => configVariables.some((known) => known === name);

/** Null when none is as near as a slip of the pen. */
function nearestTo(name: string): ConfigVariable | null {
  const [nearest] = configVariables
    .map((known) => ({ known, distance: editDistance(name, known) }))
    .sort((a, b) => a.distance - b.distance);
  return nearest !== undefined && nearest.distance <= LARGEST_SLIP ? nearest.known : null;
}

const LARGEST_SLIP = 3;
