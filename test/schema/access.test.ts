import { expect } from 'chai';
import { graphql } from 'graphql';
import { buildMusterSchema } from '../../schema/build-schema.js';
import type { RequestContext } from '../../schema/context.js';
import { Rights } from '../../schema/rights.js';
import type { Role } from '../../src/domain/account/roles.js';

const accountId = 'f0f0f0f0-0000-4000-8000-000000000001';
const userId = 'f0f0f0f0-0000-4000-8000-000000000002';

describe('a field that needs a permission on its account', () => {
  const schema = buildMusterSchema();

  const guarded = {
    users: 'users.read',
    groups: 'users.read',
    applications: 'users.read',
    responsibilities: 'users.read',
    invitations: 'users.invite',
    scheduledEnds: 'users.manage',
    lingering: 'users.manage',
    seats: 'seats.read',
  };
  for (const [field, permission] of Object.entries(guarded))
    it(`is refused without it, naming it: Account.${field}`, async () => {
      class OnlyTheAccount extends Rights {
        override on() {
          return new Set(['account.read']);
        }
      }
      const nothing = { authorityOf: () => ({ own: null, operators: [] }) };
      const noted: unknown[] = [];
      const contextValue = {
        actor: () => ({ kind: 'USER', id: userId }),
        application: { refusals: { note: async (attempt: unknown) => void noted.push(attempt) } },
        readModel: { position: 0 },
        rights: new OnlyTheAccount(nothing, userId),
        reads: { account: () => ({ accountId, name: 'A', openedAt: 0 }), rootAccountId: () => null },
      } as unknown as RequestContext;
      const source = `{ account(id: "${accountId}") { name ${field} { __typename } } }`;
      const { data, errors } = await graphql({ schema, source, contextValue });
      expect(data).to.deep.equal({ account: { name: 'A', [field]: null } });
      expect(errors?.[0]?.extensions).to.include({ code: 'PERMISSION_DENIED', permission });
      expect(noted).to.have.length(1);
      expect(noted[0]).to.deep.include({ command: `Account.${field}`, isReading: true, accountId, times: 1 });
    });
});

describe('rights on an account', () => {
  const holding = (role: Role, permissions: readonly string[] = []) => ({ role, permissions });
  const rightsWith = (own: ReturnType<typeof holding> | null, operators: ReturnType<typeof holding>[] = []) =>
    new Rights({ authorityOf: () => ({ own, operators }) }, userId).on(accountId);

  it('are the atoms of the role and the single grants', () => {
    expect([...rightsWith(holding('REVIEWER', ['audit.read']))]).to.have.members([
      'account.read',
      'users.read',
      'audit.read',
    ]);
  });

  it('come from an operator account only with accounts.operate', () => {
    expect([...rightsWith(null, [holding('OWNER')])]).to.deep.equal([]);
    expect([...rightsWith(null, [holding('ADMIN', ['accounts.operate'])])]).to.include('users.manage');
  });

  it('are none without an active membership, and none for a nobody', () => {
    expect([...rightsWith(null)]).to.deep.equal([]);
    const owner = { authorityOf: () => ({ own: holding('OWNER'), operators: [] }) };
    expect([...new Rights(owner, null).on(accountId)]).to.deep.equal([]);
  });
});
