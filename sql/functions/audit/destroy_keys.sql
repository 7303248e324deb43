-- Destroys the keys of a chain's values, or of one person's in it, and with them what they closed; what still waits in the buffer
-- loses those values before it is sealed, and what was set aside its whole content. The chain holds as before, since it is over the stored bytes. Returns how many keys it
-- destroyed. Called by platform.erase_person and platform.purge_tenant.
create or replace function audit.destroy_keys(
  chain text,
  person text default null
)
returns integer
language plpgsql
volatile
set search_path = pg_catalog, pg_temp
as $$
declare
  v_keys integer;
begin
  update audit.data_keys k
     set sealed = null, destroyed_at = now()
   where k.chain = destroy_keys.chain and k.destroyed_at is null and (destroy_keys.person is null or k.person = destroy_keys.person);
  get diagnostics v_keys = row_count;
  update audit.buffer b
     set before = b.before || coalesce((select jsonb_object_agg(n.name, '(erased)') from jsonb_object_keys(p.part -> 'before') n (name)), '{}'),
         after = b.after || coalesce((select jsonb_object_agg(n.name, '(erased)') from jsonb_object_keys(p.part -> 'after') n (name)), '{}'),
         subject = case when p.part ? 'subject' then 'email' else b.subject end,
         detail = case when jsonb_typeof(b.detail) = 'object' then nullif(b.detail - array(select jsonb_object_keys(p.part -> 'detail')), '{}') else b.detail end
    from audit.buffer w
   cross join lateral (select audit.private_part(w) as part) p
   where w.tenant_id = destroy_keys.chain and b.id = w.id and p.part is not null
     and (destroy_keys.person is null or audit.person_of(w) = destroy_keys.person);
  update audit.set_aside s
     set event = null
   where s.tenant_id = destroy_keys.chain
     and (destroy_keys.person is null or s.event ->> 'subject' = destroy_keys.person or s.actor = replace(destroy_keys.person, 'users:', 'user:'));
  return v_keys;
end
$$;
comment on function audit.destroy_keys(text, text) is 'Makes the sealed values of a chain, or of one person in it, unreadable for ever.';
revoke all on function audit.destroy_keys(text, text) from public;
