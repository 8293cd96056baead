import { expect } from 'chai';
import { MailNotTaken } from '../../src/application/mail/mailer.js';
import { workListsOf } from '../../src/work-lists.js';
import { end } from '../domain/account/given.js';
import { PostalMuster } from './postal-muster.js';

const never = new Promise<never>(() => undefined);

describe('what Muster does unasked, when it is stopped', () => {
  let muster: PostalMuster;
  beforeEach(async () => {
    muster = await PostalMuster.start();
  });
  afterEach(() => muster.remove());

  const removed = async () => {
    const { accountId, olga } = await muster.openAccount();
    const userId = await muster.add(accountId, olga, 'rita@acme.example');
    return (await muster.execute(accountId, olga, end('removeUser', userId))).events.at(-1);
  };
  /** A mailer with a mail under way. */
  const mailerThat = (give: { readonly up: boolean }) => {
    let giveUp: (() => void) | undefined;
    let begin: (() => void) | undefined;
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const mailer = {
      messageIdDomain: 'muster.example',
      destination: 'nowhere',
      send: () =>
        new Promise<never>((_, reject) => {
          giveUp = () => reject(new MailNotTaken({ isPermanent: false, code: 'ECLOSED' }));
          begin?.();
        }),
      close: async () => (give.up ? giveUp?.() : never),
    };
    return { mailer, begun };
  };
  const closing = { undisturbedMs: 100, totalMs: 2_000 };

  it('writes down what the mailer gives up, and waits no second time for what does not end', async () => {
    const cause = await removed();
    const { mailer, begun } = mailerThat({ up: true });
    const lists = { ...workListsOf(muster.readModel, muster.store), unfinishedBulkOperations: () => ['b'] };
    let isResuming = false;
    const resume = () => {
      isResuming = true;
      return never;
    };
    const managers = muster.begin({ mailer, closing, lists, bulk: { resume } });
    await begun;
    while (!isResuming) await new Promise((resolve) => setTimeout(resolve, 5));
    const began = performance.now();
    await managers.close();
    expect(performance.now() - began).to.be.within(90, 1_500);
    const types = (await muster.mailEvents(cause)).map(({ type }) => type);
    expect(types).to.deep.equal(['MailRequested', 'MailFailed']);
  });

  it('ends in time, also when nothing under way does', async () => {
    await removed();
    const { mailer, begun } = mailerThat({ up: false });
    const managers = muster.begin({ mailer, closing });
    await begun;
    const began = performance.now();
    await managers.close();
    expect(performance.now() - began).to.be.within(1_900, 4_000);
  });
});
