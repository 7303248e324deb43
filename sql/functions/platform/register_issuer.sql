-- Lets the people of one tenant sign in by an OpenID issuer of their own, in place of what was said of that issuer before. `role_map`,
-- pairs of `value` and `role`, says which role of the tenant each value of the claim gives; of several the first pair counts. May be called by members of tenantry_admin. Raises TN002 with the field as
-- `column`, TN003, TN004.
create or replace function platform.register_issuer(
  tenant_id text,
  issuer text,
  jwks_url text,
  audience text,
  role_map jsonb,
  role_claim text default 'roles'
)
returns platform.external_issuers
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
as $$
declare
  v_schema constant text := platform_private.user_realm(tenant_id);
  v_issuer platform.external_issuers;
  v_constraint text;
  v_unknown text;
begin
  if jsonb_typeof(role_map) is distinct from 'array' or role_map = '[]' then
    raise exception 'say which role each value of the claim gives, in the order in which they count'
      using errcode = 'TN002', column = 'role_map', hint = 'For example: [{"value": "brand-managers", "role": "manager"}].';
  end if;
  if exists (select from jsonb_array_elements(role_map) p (pair)
              where case jsonb_typeof(pair) when 'object'
                      then pair - array['value', 'role'] <> '{}' or jsonb_typeof(pair -> 'value') is distinct from 'string'
                           or jsonb_typeof(pair -> 'role') is distinct from 'string'
                      else true end) then
    raise exception 'each entry has a value of the claim and the role it gives, and nothing else'
      using errcode = 'TN002', column = 'role_map', hint = 'For example: [{"value": "brand-managers", "role": "manager"}].';
  end if;
  if (select count(distinct pair -> 'value') from jsonb_array_elements(role_map) p (pair)) < jsonb_array_length(role_map) then
    raise exception 'each value of the claim gives one role'
      using errcode = 'TN002', column = 'role_map', hint = 'Leave the later entry of a value out: the first counts.';
  end if;
  execute format('select p.pair ->> ''role'' from jsonb_array_elements($1) p (pair) where p.pair ->> ''role'' not in (select name from %I.roles where name !~ ''^service_[0-9a-f]{32}$'') limit 1', v_schema)
    into v_unknown using role_map;
  if v_unknown is not null then
    raise exception 'the tenant has no role "%"', v_unknown using errcode = 'TN002', column = 'role_map', hint = 'See its table roles.';
  end if;
  begin
    insert into platform.external_issuers as i (tenant_id, issuer, jwks_url, audience, role_claim, role_map)
    values (tenant_id, issuer, jwks_url, audience, role_claim, role_map)
    on conflict on constraint external_issuers_tenant_id_issuer_key do update
      set jwks_url = excluded.jwks_url, audience = excluded.audience, role_claim = excluded.role_claim, role_map = excluded.role_map
    returning * into v_issuer;
  exception when check_violation or not_null_violation then
    get stacked diagnostics v_constraint = constraint_name;
    raise exception 'this value is not accepted'
      using errcode = 'TN002', column = coalesce(nullif(replace(replace(v_constraint, 'external_issuers_', ''), '_form', ''), ''), 'issuer'),
            hint = 'issuer and jwks_url begin with https:// (for tests with ISSUER_ALLOW_LOOPBACK=1 also http://localhost), audience and role_claim have up to 200 characters.';
  end;
  perform audit.record('issuers.register', tenant_id, 'external_issuers:' || v_issuer.id, after => to_jsonb(v_issuer));
  return v_issuer;
end
$$;
comment on function platform.register_issuer(text, text, text, text, jsonb, text) is 'Lets a tenant''s people sign in by an OpenID issuer of their own.';
revoke all on function platform.register_issuer(text, text, text, text, jsonb, text) from public;
grant execute on function platform.register_issuer(text, text, text, text, jsonb, text) to :ROLE_ADMIN;
