import { expect } from 'chai';
import { checkEventTypes } from '../../schema/audit-event-types.js';
import { accountEventTypes } from '../../src/domain/account/events.js';

const refusalOf = (type: string): { message: string; extensions: Record<string, unknown> } => {
  try {
    checkEventTypes(['UserRemoved', type], 'filter.types');
  } catch (error) {
    return error as never;
  }
  throw new Error(`${type} was taken`);
};

describe('event types asked for in the audit log', () => {
  it('are all those that accounts, mails and bulk operations write', () => {
    expect(() => checkEventTypes([...accountEventTypes, 'MailSent', 'BulkPartDone'], 'types')).not.to.throw();
  });

  const slips = [
    ['UserRemove', 'UserRemoved'],
    ['userremoved', 'UserRemoved'],
    ['UsrDeactivated', 'UserDeactivated'],
    ['ContactReasigned', 'ContactReassigned'],
    ['InvitationExpires', 'InvitationExpired'],
    ['MailSend', 'MailSent'],
  ] as const;
  for (const [slip, nearest] of slips)
    it(`name the nearest for a slip of the pen: ${slip}`, () => {
      const { message, extensions } = refusalOf(slip);
      expect(message).to.include(`did you mean ${nearest}?`);
      expect(extensions).to.include({ code: 'BAD_USER_INPUT', field: 'filter.types.1' });
    });
});
