import { v5 as uuidV5 } from 'uuid';

/** Names of what imports bring in; random, fixed for ever. */
const IMPORT_NAMESPACE = '5b0d5c5e-7c57-4b0e-8f0b-3f6f1f5b2a64';

/** The account an organisation of a source becomes; the same on every run. */
export const importedAccountId = (source: string, org: string): string =>
  uuidV5(JSON.stringify(['account', source, org]), IMPORT_NAMESPACE);

/** A team that is deleted and made again under its old name is another group: the place of its making tells them apart. */
export const importedGroupId = (made: {
  readonly source: string;
  readonly org: string;
  readonly team: string;
  readonly orgSeq: number;
  readonly operation: number;
}): string =>
  uuidV5(
    JSON.stringify(['group', made.source, made.org, made.team, made.orgSeq, made.operation]),
    IMPORT_NAMESPACE,
  );

/** The identity a user of a source is known by; no identity provider issues such names. */
export const importedIdentity = (source: string, user: string) => ({
  issuer: `urn:muster:import:${source}`,
  subject: user,
  name: user,
});
