import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

export interface KeyPair {
  /** PEM. */
  readonly key: string;
  /** PEM; signed by itself, so it is its own authority. */
  readonly certificate: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Makes a certificate for an IPv4 address, valid for a day, with no program but this one. X.509 in DER: RFC 5280 §4.1. */
export function selfSigned(address: string): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const name = sequence(set(sequence(oid(2, 5, 4, 3), tlv(0x0c, Buffer.from('d9 sandbox')))));
  const time = (at: number) => tlv(0x18, Buffer.from(new Date(at).toISOString().replace(/[-:T]|\.\d+/g, '')));
  const isAuthority = extension(oid(2, 5, 29, 19), sequence(tlv(0x01, Buffer.of(0xff))));
  // subjectAltName with one iPAddress.
  const addresses = extension(oid(2, 5, 29, 17), sequence(tlv(0x87, Buffer.from(address.split('.').map(Number)))));
  const toBeSigned = sequence(
    tlv(0xa0, integer(Buffer.of(2))),
    integer(Buffer.concat([Buffer.of(1), randomBytes(15)])),
    ecdsaWithSha256,
    name,
    sequence(time(Date.now() - DAY_MS), time(Date.now() + DAY_MS)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(isAuthority, addresses)),
  );
  const signature = tlv(0x03, Buffer.concat([Buffer.of(0), sign('sha256', toBeSigned, privateKey)]));
  const der = sequence(toBeSigned, ecdsaWithSha256, signature);
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificate: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
  };
}

/** Tag, length, value: X.690 §8.1. */
function tlv(tag: number, value: Buffer): Buffer {
  const { length } = value;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.of(tag, ...size), value]);
}

const sequence = (...parts: Buffer[]): Buffer => tlv(0x30, Buffer.concat(parts));
const set = (...parts: Buffer[]): Buffer => tlv(0x31, Buffer.concat(parts));
const integer = (value: Buffer): Buffer => tlv(0x02, value);
const extension = (id: Buffer, value: Buffer): Buffer => sequence(id, tlv(0x04, value));

/** Object identifier: X.690 §8.19, base 128 with a continuation bit. */
function oid(first: number, second: number, ...rest: number[]): Buffer {
  const base128 = (value: number): number[] =>
    value < 128 ? [value] : [...base128(value >> 7).map((byte) => byte | 128), value & 127];
  return tlv(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

const ecdsaWithSha256 = sequence(oid(1, 2, 840, 10045, 4, 3, 2));
