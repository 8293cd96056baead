import { type AccountWorld, applied } from './account-world.js';

export interface Duty {
  readonly kind: string;
  readonly applicationId: string | null;
}

export const partnerTechnical: Duty = { kind: 'ACCOUNT_TECHNICAL_CONTACT', applicationId: null };
export const partnerAdministrative: Duty = { kind: 'ACCOUNT_ADMINISTRATIVE_CONTACT', applicationId: null };
export const technicalOf = (applicationId: string): Duty => ({
  kind: 'APPLICATION_TECHNICAL_CONTACT',
  applicationId,
});

/** Gives somebody duties that nobody has held so far. */
export async function assign(
  { accountId, olga }: AccountWorld,
  userId: string,
  duties: readonly Duty[],
): Promise<void> {
  for (const responsibility of duties)
    applied(await olga.client.mutate('assignContact', { accountId, responsibility, userId }));
}

/** Every contact duty of the account with its holder's id, null when vacant. */
export async function dutiesOf({
  accountId,
  olga,
}: AccountWorld): Promise<readonly (Duty & { readonly holder: string | null })[]> {
  const query = `query ($a: ID!) { account(id: $a) { responsibilities(first: 200) {
    nodes { kind applicationId user { id } } } } }`;
  const { nodes } = (await olga.client.query(query, { a: accountId })).account.responsibilities;
  return nodes.map(
    ({ kind, applicationId, user }: Duty & { readonly user: { readonly id: string } | null }) => ({
      kind,
      applicationId,
      holder: user?.id ?? null,
    }),
  );
}

/** Who holds these duties, in their order. */
export async function holdersOf(
  world: AccountWorld,
  duties: readonly Duty[],
): Promise<readonly (string | null | undefined)[]> {
  const all = await dutiesOf(world);
  return duties.map(
    ({ kind, applicationId }) =>
      all.find((duty) => duty.kind === kind && duty.applicationId === applicationId)?.holder,
  );
}
