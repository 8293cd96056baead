/**
 * Certificates for tests, written out by hand: Node signs but builds no certificates, the packages that do bring ten
 * others with them, and not every machine has openssl.
 */
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

export interface Certified {
  /** PEM. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
}

export interface TestCertificates {
  /** What a client has to trust, PEM. */
  readonly authority: string;
  /** For a node on 127.0.0.1 and localhost. */
  readonly node: Certified;
}

/** An authority and a node certified by it, good for a day before and after a time. */
export function testCertificates(now = new Date()): TestCertificates {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const node = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const issuer = { name: 'Muster test authority', key: authority.privateKey };
  return {
    authority: certificate(
      { name: issuer.name, key: authority.publicKey, extensions: OF_AN_AUTHORITY },
      issuer,
      now,
    ),
    node: {
      certificate: certificate(
        { name: 'eventstoredb-node', key: node.publicKey, extensions: OF_A_NODE },
        issuer,
        now,
      ),
      key: node.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    },
  };
}

interface Subject {
  readonly name: string;
  readonly key: KeyObject;
  readonly extensions: readonly Buffer[];
}

interface Issuer {
  readonly name: string;
  readonly key: KeyObject;
}

const DAY_MS = 86_400_000;

/** RFC 5280, section 4.1. */
function certificate(subject: Subject, issuer: Issuer, now: Date): string {
  const signed = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.from([0x40, ...randomBytes(15)])),
    ECDSA_WITH_SHA256,
    distinguishedName(issuer.name),
    sequence(utcTime(now.getTime() - DAY_MS), utcTime(now.getTime() + DAY_MS)),
    distinguishedName(subject.name),
    subject.key.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(...subject.extensions)),
  );
  const whole = sequence(signed, ECDSA_WITH_SHA256, bitString(sign('sha256', signed, issuer.key)));
  const lines = whole.toString('base64').replace(/(.{64})/g, '$1\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  if (length < 128) return Buffer.concat([Buffer.from([tag, length]), content]);
  const head = length < 256 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from(head), content]);
}

const sequence = (...parts: readonly Buffer[]): Buffer => tagged(0x30, Buffer.concat(parts));
const integer = (bytes: Buffer): Buffer => tagged(0x02, bytes);
const octets = (content: Buffer): Buffer => tagged(0x04, content);
const identifier = (hex: string): Buffer => tagged(0x06, Buffer.from(hex, 'hex'));
const bitString = (bytes: Buffer): Buffer => tagged(0x03, Buffer.concat([Buffer.from([0]), bytes]));
const TRUE = tagged(0x01, Buffer.from([255]));

function utcTime(timeMs: number): Buffer {
  const digits = new Date(timeMs).toISOString().replace(/\D/g, '');
  return tagged(0x17, Buffer.from(`${digits.slice(2, 14)}Z`));
}

function distinguishedName(commonName: string): Buffer {
  const name = sequence(identifier('550403'), tagged(0x0c, Buffer.from(commonName, 'utf8')));
  return sequence(tagged(0x31, name));
}

const ECDSA_WITH_SHA256 = sequence(identifier('2a8648ce3d040302'));
const BASIC_CONSTRAINTS = identifier('551d13');
const SUBJECT_ALTERNATIVE_NAME = identifier('551d11');

const OF_AN_AUTHORITY = [sequence(BASIC_CONSTRAINTS, TRUE, octets(sequence(TRUE)))];
const OF_A_NODE = [
  sequence(
    SUBJECT_ALTERNATIVE_NAME,
    octets(sequence(tagged(0x82, Buffer.from('localhost')), tagged(0x87, Buffer.from([127, 0, 0, 1])))),
  ),
];
