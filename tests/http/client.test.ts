import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { parseNetwork } from '../../config/addresses.ts';
import { createClientOf } from '../../server/http/client.ts';

const networks = ['10.0.0.0/8', '192.0.2.9', '2001:db8:1::/48'].map((text) => parseNetwork(text)).filter((network) => network !== null);
const from = (peer: string, headers: Record<string, string> = {}): IncomingMessage =>
  ({ socket: { remoteAddress: peer }, headers }) as unknown as IncomingMessage;

describe('the client of a request', () => {
  test.each([
    ['comes straight', '203.0.113.7', undefined, '203.0.113.7'],
    ['forges the header', '203.0.113.7', '198.51.100.1', '203.0.113.7'],
    ['comes by a proxy', '10.1.2.3', '198.51.100.1', '198.51.100.1'],
    ['comes by two proxies', '10.1.2.3', '198.51.100.1, 192.0.2.9', '198.51.100.1'],
    ['forges what the proxy goes on with', '10.1.2.3', '127.0.0.1, 198.51.100.1', '198.51.100.1'],
    ['forges the address of a proxy', '10.1.2.3', '192.0.2.9, 198.51.100.1', '198.51.100.1'],
    ['is a proxy itself', '10.1.2.3', undefined, '10.1.2.3'],
    ['comes with nonsense', '10.1.2.3', "'; drop table x --", '10.1.2.3'],
    ['comes with nonsense before a proxy', '10.1.2.3', 'unknown, 192.0.2.9', '192.0.2.9'],
    ['has a port', '10.1.2.3', '198.51.100.1:4711', '198.51.100.1'],
    ['has an IPv6 address and a port', '10.1.2.3', '[2001:db8::5]:4711', '2001:db8::5'],
    ['comes by an IPv6 proxy', '2001:db8:1::1', '2001:db8:2::1', '2001:db8:2::1'],
    ['comes by a proxy on a socket for both families', '::ffff:10.1.2.3', '::ffff:198.51.100.1', '198.51.100.1'],
    ['is gone', '', '198.51.100.1', ''],
  ])('who %s (peer %s, header %s) is %s', (_what, peer, header, address) => {
    const req = from(peer, header === undefined ? {} : { 'x-forwarded-for': header });
    expect(createClientOf(networks)(req).address).toBe(address);
  });

  test('without trusted proxies is the peer, whatever it says', () => {
    const req = from('10.1.2.3', { 'x-forwarded-for': '198.51.100.1', 'x-forwarded-proto': 'https' });
    expect(createClientOf([])(req)).toEqual({ address: '10.1.2.3', protocol: 'http', proxied: false });
    expect(createClientOf(networks)(req)).toEqual({ address: '198.51.100.1', protocol: 'https', proxied: true });
  });

  test('speaks what the nearest proxy says, if that is a protocol', () => {
    const protocol = (stated: string) => createClientOf(networks)(from('10.1.2.3', { 'x-forwarded-proto': stated })).protocol;
    expect(['https', 'HTTPS', 'http, https', 'https, http', 'gopher', ''].map(protocol)).toEqual(['https', 'https', 'https', 'http', 'http', 'http']);
  });
});

test.each(['10.0.0.0/0', '::/0', '10.0.0.0/33', '::/129', 'localhost', '10.0.0', '10.0.0.1/', "10.0.0.1'--", ''])('%j is no network', (text) => {
  expect(parseNetwork(text)).toBeNull();
});
