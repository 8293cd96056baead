/** The three kinds of contact duty; one person may hold any mix (SO-10). */
export const responsibilityKinds = [
  'APPLICATION_TECHNICAL_CONTACT',
  'ACCOUNT_TECHNICAL_CONTACT',
  'ACCOUNT_ADMINISTRATIVE_CONTACT',
] as const;

export type ResponsibilityKind = (typeof responsibilityKinds)[number];

/** One duty of one account: always held by one person or vacant, never shared (SO-20). */
export interface Responsibility {
  readonly kind: ResponsibilityKind;
  /** Set exactly for APPLICATION_TECHNICAL_CONTACT. */
  readonly applicationId: string | null;
}

/** Names the duty within its account. */
export const responsibilityKey = (duty: Responsibility): string =>
  duty.applicationId === null ? duty.kind : `${duty.kind}:${duty.applicationId}`;

export const responsibilityFromKey = (key: string): Responsibility => {
  const [kind, applicationId] = key.split(':') as [ResponsibilityKind, string | undefined];
  return { kind, applicationId: applicationId ?? null };
};
