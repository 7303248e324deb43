-- Seals events that audit.take gave, in the same transaction: numbers them in their chains, chains their hashes, and moves them from
-- the buffer to audit.events. `key_ids` and `sealed` stand beside `ids`: the key and the encrypted values, null where there are none.
-- Returns how many it sealed. Called by the worker. Raises TN030 when an event's values were to be encrypted and aren't.
create or replace function audit.seal(
  ids bigint[],
  key_ids bigint[],
  sealed bytea[]
)
returns integer
language plpgsql
volatile
security definer
set search_path = pg_catalog, pg_temp
set client_encoding = 'UTF8'
as $$
declare
  v_head audit.heads;
  v_event audit.events;
  v_row record;
  v_count integer := 0;
begin
  for v_row in
    with taken as (
      delete from audit.buffer b using unnest(ids, key_ids, sealed) as t (id, key_id, sealed)
       where b.id = t.id
      returning b as event, t.key_id, t.sealed, audit.private_part(b) as private
    )
    select t.event, t.key_id, t.sealed, t.private,
           case when r.hold_reason is not null then 'hold' else coalesce(r.class, '1y') end as retention
      from taken t
      left join audit.retention r on r.tenant_id = (t.event).tenant_id
     order by coalesce((t.event).tenant_id, ''), (t.event).id
  loop
    if (v_row.private is null) <> (v_row.sealed is null) then
      raise exception 'an event''s values are not encrypted'
        using errcode = 'TN030', detail = format('Event %s of the buffer.', (v_row.event).id), hint = 'Seal what audit.take gave, all of it.';
    end if;
    v_event.chain := coalesce((v_row.event).tenant_id, '');
    if v_head.chain is distinct from v_event.chain then
      perform audit.move_head(v_head);
      select * into v_head from audit.heads h where h.chain = v_event.chain for update;
      if not found then
        v_head.chain := v_event.chain;
        v_head.seq := 0;
        v_head.hash := decode(repeat('00', 32), 'hex');
      end if;
    end if;
    v_event.seq := v_head.seq + 1;
    v_event.at := (v_row.event).at;
    v_event.retention := v_row.retention;
    v_event.source := (v_row.event).source;
    v_event.action := (v_row.event).action;
    v_event.outcome := (v_row.event).outcome;
    v_event.actor := (v_row.event).actor;
    v_event.actor_role := (v_row.event).actor_role;
    v_event.on_behalf_of := (v_row.event).on_behalf_of;
    v_event.subject := case when v_row.private ? 'subject' then 'email' else (v_row.event).subject end;
    v_event.session_id := (v_row.event).session_id;
    v_event.request_id := (v_row.event).request_id;
    v_event.changed := (
      select string_agg(n.name, ',' order by n.name)
        from (select jsonb_object_keys((v_row.event).before) union select jsonb_object_keys((v_row.event).after)) n (name));
    v_event.before := nullif((v_row.event).before - array(select jsonb_object_keys(v_row.private -> 'before')), '{}');
    v_event.after := nullif((v_row.event).after - array(select jsonb_object_keys(v_row.private -> 'after')), '{}');
    v_event.detail := nullif((v_row.event).detail - array(select jsonb_object_keys(v_row.private -> 'detail')), '{}');
    v_event.key_id := v_row.key_id;
    v_event.sealed := v_row.sealed;
    v_event.hash := sha256(v_head.hash || audit.event_bytes(v_event));
    insert into audit.events select v_event.*;
    v_head.seq := v_event.seq;
    v_head.hash := v_event.hash;
    v_count := v_count + 1;
  end loop;
  perform audit.move_head(v_head);
  return v_count;
end
$$;
comment on function audit.seal(bigint[], bigint[], bytea[]) is 'Numbers, chains and moves events out of the buffer.';
revoke all on function audit.seal(bigint[], bigint[], bytea[]) from public;
grant execute on function audit.seal(bigint[], bigint[], bytea[]) to :ROLE_WORKER;
