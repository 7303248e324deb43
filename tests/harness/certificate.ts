/** A self-signed certificate for 127.0.0.1, made without any tool: X.509 v1 needs a dozen DER elements. */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

const INTEGER = 0x02;
const BIT_STRING = 0x03;
const UTF8 = 0x0c;
const UTC_TIME = 0x17;
const SEQUENCE = 0x30;
const SET = 0x31;

/** Object identifiers, encoded: ecdsa-with-SHA256 (RFC 5758) and commonName (RFC 5280). */
const ECDSA_SHA256 = Buffer.from('06082a8648ce3d040302', 'hex');
const COMMON_NAME = Buffer.from('0603550403', 'hex');

function element(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const length =
    content.length < 128 ? [content.length] : content.length < 256 ? [0x81, content.length] : [0x82, content.length >> 8, content.length & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

function time(date: Date): Buffer {
  return element(UTC_TIME, Buffer.from(date.toISOString().replaceAll(/[-:T]|\.\d+/g, '').slice(2)));
}

/** @returns PEM texts of a certificate that is valid for an hour, and of its key */
export function selfSignedCertificate(): { cert: string; key: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = element(SEQUENCE, ECDSA_SHA256);
  const name = element(SEQUENCE, element(SET, element(SEQUENCE, COMMON_NAME, element(UTF8, Buffer.from('127.0.0.1')))));
  const serial = Buffer.concat([Buffer.from([1]), randomBytes(8)]);
  const validity = element(SEQUENCE, time(new Date(Date.now() - 60_000)), time(new Date(Date.now() + 3_600_000)));
  const body = element(
    SEQUENCE, element(INTEGER, serial), algorithm, name, validity, name, publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = element(BIT_STRING, Buffer.from([0]), sign('sha256', body, privateKey));
  const certificate = element(SEQUENCE, body, algorithm, signature).toString('base64').replaceAll(/.{64}/g, '$&\n');
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----\n`,
    key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
  };
}
