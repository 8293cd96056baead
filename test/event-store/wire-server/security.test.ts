import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AccessDeniedError, type Credentials, START, UnavailableError } from '@eventstore/db-client';
import services from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import type serverFeatures from '@eventstore/db-client/generated/serverfeatures_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import grpc from '@grpc/grpc-js';
import { expect } from 'chai';
import { testCertificates } from '../../support/wire-server/certificates.js';
import type { WireNode } from '../../support/wire-server/wire-node.js';
import { CREDENTIALS, failureOf, listOf, someEvents, WireFixture } from './wire-fixture.js';

const ADMIN: Credentials = { username: 'admin', password: 'changeit' };
const MUSTER: Credentials = { username: 'muster', password: 'se:cret' };
const USERS = {
  admin: { password: 'changeit', groups: ['$admins'] },
  muster: { password: 'se:cret', groups: ['backends'] },
};

describe('wire server: TLS and access', () => {
  const fixture = new WireFixture();
  const folder = mkdtempSync(join(tmpdir(), 'muster-wire-'));
  const { authority, node: certified } = testCertificates();
  const caFile = join(folder, 'ca.crt');
  before(() => writeFileSync(caFile, authority));
  after(() => rmSync(folder, { recursive: true }));
  afterEach(() => fixture.release());

  const secureNode = () => fixture.node({ users: USERS, tls: certified });
  const clientOf = (node: WireNode) => fixture.clientOf(node, [`tlsCAFile=${caFile}`]);
  const readAllAs = (node: WireNode, credentials: Credentials) =>
    listOf(clientOf(node).readAll({ maxCount: 1, credentials }));

  it('serve a client that trusts the authority', async () => {
    const client = clientOf(await secureNode());
    await client.appendToStream('a', someEvents(1), { credentials: MUSTER });
    expect(await listOf(client.readStream('a', { credentials: MUSTER }))).to.have.length(1);
  });

  it('turn away a client that does not', async () => {
    const node = await secureNode();
    const client = fixture.clientOf(node);
    const failure = await failureOf(client.appendToStream('a', someEvents(1), { credentials: MUSTER }));
    expect(failure).to.be.instanceOf(UnavailableError);
    expect(node.calls()).to.deep.equal({});
  });

  it('refuse a wrong password, an unknown name and no name at all', async () => {
    const node = await secureNode();
    for (const username of ['muster', 'nobody', 'toString']) {
      const failure = await failureOf(readAllAs(node, { username, password: 'wrong' }));
      expect(failure).to.be.instanceOf(AccessDeniedError);
      expect((failure as AccessDeniedError).code).to.equal(16);
    }
    const anonymous = await failureOf(listOf(clientOf(node).readAll({ maxCount: 1 })));
    expect(anonymous).to.be.instanceOf(AccessDeniedError);
    expect((anonymous as AccessDeniedError).code).to.equal(7);
  });

  it('keep $all and its subscriptions for administrators', async () => {
    const node = await secureNode();
    expect(await readAllAs(node, ADMIN)).to.have.length(1);
    expect(await failureOf(readAllAs(node, MUSTER))).to.be.instanceOf(AccessDeniedError);
    const subscription = clientOf(node).subscribeToAll({ fromPosition: START, credentials: MUSTER });
    const failure = await new Promise((resolve) => subscription.on('error', resolve));
    expect(failure).to.be.instanceOf(AccessDeniedError);
  });

  it('open $all to those whom its own metadata names', async () => {
    const node = await secureNode();
    const client = clientOf(node);
    const acl = {
      readRoles: ['backends'],
      writeRoles: [],
      deleteRoles: [],
      metaReadRoles: [],
      metaWriteRoles: [],
    };
    expect(
      await failureOf(client.setStreamMetadata('$all', { acl }, { credentials: MUSTER })),
    ).to.be.instanceOf(AccessDeniedError);
    await client.setStreamMetadata('$all', { acl }, { credentials: ADMIN });
    expect(await readAllAs(node, MUSTER)).to.have.length(1);
    const { metadata } = await client.getStreamMetadata('$all', { credentials: ADMIN });
    expect(metadata?.acl).to.deep.include({ readRoles: ['backends'] });
  });

  it('open $all to those whom the default of system streams names', async () => {
    const node = await secureNode();
    const { jsonEvent } = await import('@eventstore/db-client');
    const settings = jsonEvent({
      type: 'update-default-acl',
      data: { $systemStreamAcl: { $r: ['$admins', 'muster'] } },
    });
    await clientOf(node).appendToStream('$settings', settings, { credentials: ADMIN });
    expect(await readAllAs(node, MUSTER)).to.have.length(1);
  });

  it('keep other system streams and streams with an ACL of their own from the rest', async () => {
    const node = await secureNode();
    const client = clientOf(node);
    const failure = await failureOf(client.appendToStream('$x', someEvents(1), { credentials: MUSTER }));
    expect(failure).to.be.instanceOf(AccessDeniedError);
    const acl = {
      readRoles: ['$admins'],
      writeRoles: ['$admins'],
      deleteRoles: [],
      metaReadRoles: [],
      metaWriteRoles: [],
    };
    await client.setStreamMetadata('closed', { acl }, { credentials: ADMIN });
    expect(
      await failureOf(client.appendToStream('closed', someEvents(1), { credentials: MUSTER })),
    ).to.be.instanceOf(AccessDeniedError);
  });

  it('tell apart who may write a stream and who may write its metadata', async () => {
    const client = clientOf(await secureNode());
    const acl = {
      readRoles: [],
      writeRoles: ['backends'],
      deleteRoles: [],
      metaReadRoles: [],
      metaWriteRoles: ['$admins'],
    };
    await client.setStreamMetadata('a', { acl }, { credentials: ADMIN });
    await client.appendToStream('a', someEvents(1), { credentials: MUSTER });
    expect(await failureOf(client.setStreamMetadata('a', { acl }, { credentials: MUSTER }))).to.be.instanceOf(
      AccessDeniedError,
    );
    expect(await failureOf(listOf(client.readStream('a', { credentials: MUSTER })))).to.be.instanceOf(
      AccessDeniedError,
    );
  });

  it('look at no credentials in insecure mode', async () => {
    const client = fixture.clientOf(await fixture.node());
    expect(await listOf(client.readAll({ maxCount: 1, credentials: CREDENTIALS }))).to.have.length(1);
  });

  it('name the version that they were told to be', async () => {
    const node = await fixture.node({ serverVersion: '5.0.8.0' });
    const features = new services.ServerFeaturesClient(
      `127.0.0.1:${node.port}`,
      grpc.credentials.createInsecure(),
    );
    const supported = await new Promise<serverFeatures.SupportedMethods | undefined>((resolve) =>
      features.getSupportedMethods(new shared.Empty(), (_error, methods) => resolve(methods)),
    );
    features.close();
    expect(supported?.getEventStoreServerVersion()).to.equal('5.0.8.0');
  });
});
