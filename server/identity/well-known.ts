import type { Express, Response } from 'express';
import { problem } from '../http/problems.ts';
import { SIGNING_ALGORITHM } from './keys.ts';
import type { KeyStore } from './key-store.ts';
import type { TenantRegistry } from './registry.ts';
import { isTenantId } from './tenant-id.ts';

/** Keys may be kept this long by whoever verifies our tokens; they overlap for longer when they change. */
const KEYS_MAX_AGE_SECONDS = 60;

/** Serves the public keys of the platform and of each tenant, and what a client must know to use them. */
export function installWellKnown(
  app: Express,
  options: { publicUrl: string; keys: KeyStore; registry: TenantRegistry },
): void {
  const { publicUrl, keys, registry } = options;

  async function sendKeys(res: Response, tenantId: string | null): Promise<void> {
    const { published } = await keys.verificationKeys(tenantId);
    res.setHeader('Cache-Control', `public, max-age=${KEYS_MAX_AGE_SECONDS}`);
    res.json({ keys: published });
  }

  /** The id in a path, if it is one of a tenant that is or was open. @throws `NOT_FOUND` */
  async function knownTenant(id: unknown): Promise<string> {
    const route = typeof id === 'string' && isTenantId(id) ? await registry.route(id) : null;
    if (route === null) throw problem('NOT_FOUND', 'There is no tenant of this id.');
    return route.id;
  }

  app.get('/.well-known/jwks.json', async (_req, res) => {
    await sendKeys(res, null);
  });
  app.get('/t/:id/.well-known/jwks.json', async (req, res) => {
    await sendKeys(res, await knownTenant(req.params.id));
  });
  app.get('/t/:id/.well-known/openid-configuration', async (req, res) => {
    const id = await knownTenant(req.params.id);
    const issuer = `${publicUrl}/t/${id}`;
    res.setHeader('Cache-Control', `public, max-age=${KEYS_MAX_AGE_SECONDS}`);
    res.json({
      issuer,
      jwks_uri: `${issuer}/.well-known/jwks.json`,
      token_endpoint: `${publicUrl}/api/v1/tenants/${id}/auth/login`,
      id_token_signing_alg_values_supported: [SIGNING_ALGORITHM],
      subject_types_supported: ['public'],
      response_types_supported: ['none'],
      claims_supported: ['iss', 'aud', 'sub', 'tid', 'role', 'sid', 'exp', 'iat'],
    });
  });
}
