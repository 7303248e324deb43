-- Opens a person's invitation or reset, in place of an earlier one; its token is made when the message is written.
create or replace function platform_private.open_invitation(
  tenant_id text,
  person_id uuid,
  purpose text
)
returns void
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_realm constant record := platform_private.realm(tenant_id);
begin
  execute format(
    'insert into %1$s (%2$I, purpose, expires_at) values ($1, $2, now() + $3)
     on conflict (%2$I) do update
       set purpose = excluded.purpose, expires_at = excluded.expires_at, token_hash = null, accepted_at = null, created_at = now()',
    v_realm.invitations, v_realm.person)
    using person_id, purpose, case purpose when 'reset' then interval '1 hour' else interval '7 days' end;
end
$$;
comment on function platform_private.open_invitation(text, uuid, text) is 'Opens an invitation or a reset.';
revoke all on function platform_private.open_invitation(text, uuid, text) from public;
