import { expect } from 'chai';
import type { ListedWebhook } from '../../src/application/webhooks/webhook-lists.js';
import { webhookLanes } from '../../src/process-managers/webhooks/webhook-lanes.js';

describe('the lanes of webhooks', () => {
  it('have at most four places for one account, however many of its receivers hang', () => {
    const listed = (accountId: string, n: number) =>
      ({ webhookId: `${accountId}-${n}`, accountId }) as ListedWebhook;
    const waiting = [...Array.from({ length: 10 }, (_, n) => listed('a', n)), listed('b', 0)];
    const [quick, slow] = webhookLanes({
      environment: { now: () => 0, newId: () => '' },
      delivery: {
        deliver: async () => null,
        laneOf: () => 'QUICK',
        underWayOf: (accountId) => (accountId === 'a' ? 3 : 0),
      },
      watch: { waiting: (_now, limit, fits) => waiting.filter(fits).slice(0, limit) },
    });
    expect(quick?.list(100).map(({ webhookId }) => webhookId)).to.deep.equal(['a-0', 'b-0']);
    expect(slow?.list(100)).to.deep.equal([]);
  });
});
