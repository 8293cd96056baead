import { expect } from 'chai';
import type { StoredEvent } from '../../src/domain/event.js';
import { readStoredEvent, schemaVersionOf, type Upcasts } from '../../src/domain/stored-event.js';
import { eventBuilder } from '../support/event-builder.js';

/** As a build would have it in which a group got an owner, and then its name another field. */
const later: Upcasts = new Map([
  [
    'GroupCreated',
    [
      (data) => ({ ...data, ownerId: null }),
      ({ name, ...data }) => ({ ...data, title: name, wasUpcast: data.ownerId === null }),
    ],
  ],
]);

const [event] = eventBuilder({ accountId: 'a1', clock: () => '2024-01-01T00:00:00.000Z' }).batch([
  { type: 'GroupCreated', data: { groupId: 'g1', name: 'Reviewers', parentId: null } },
]);
const body = event?.body ?? '';
const inVersion = (schemaVersion: unknown, data?: object): string =>
  JSON.stringify({
    ...(JSON.parse(body) as StoredEvent),
    schemaVersion,
    ...(data === undefined ? {} : { data }),
  });

describe('a stored event', () => {
  it('of the version that this build writes is read as it stands', () => {
    expect(readStoredEvent(body)).to.deep.equal(JSON.parse(body));
  });

  it('of an older version is brought to the present one, step by step', () => {
    const read = readStoredEvent(body, later);
    expect(read.data).to.deep.equal({
      groupId: 'g1',
      parentId: null,
      ownerId: null,
      title: 'Reviewers',
      wasUpcast: true,
    });
    expect(read.schemaVersion).to.equal(3);
    expect({ ...read, data: null, schemaVersion: 1 }, 'and nothing else of it changes').to.deep.equal({
      ...JSON.parse(body),
      data: null,
    });
  });

  it('skips the steps that it was written after', () => {
    const data = { groupId: 'g1', parentId: null, ownerId: 'u1', name: 'Reviewers' };
    expect(readStoredEvent(inVersion(2, data), later).data).to.deep.equal({
      groupId: 'g1',
      parentId: null,
      ownerId: 'u1',
      title: 'Reviewers',
      wasUpcast: false,
    });
  });

  it('is written in the version after the last step', () => {
    expect(schemaVersionOf('GroupCreated', later)).to.equal(3);
    expect(schemaVersionOf('GroupRenamed', later)).to.equal(1);
  });

  for (const version of [2, 0, -1, 1.5, '1', null, undefined])
    it(`of version ${JSON.stringify(version)} is refused by a build that writes version 1`, () => {
      expect(() => readStoredEvent(inVersion(version))).to.throw(
        /account-a1 holds an event of type GroupCreated at revision 0 in version .* Run that version\.$/,
      );
    });
});
