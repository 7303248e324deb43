-- What of an event is hashed, in a form that anybody can write without PostgreSQL: its number, then its time in microseconds since 2000-01-01 UTC,
-- as 8 bytes each, big-endian; seventeen texts as PostgreSQL sends an array of text (five numbers of 4 bytes: 1, 1 if a text is null and else 0, 25,
-- 17, 1; then each text as its length in 4 bytes and its bytes in UTF-8, a null as the length -1); and the sealed values as they are. The texts: the
-- version of this form, the number of the key, the eleven columns of text, before, after and detail as PostgreSQL prints jsonb, the length of the
-- sealed values. So no two events have the same bytes. Whoever calls it has `client_encoding` UTF8: PostgreSQL sends texts in that.
-- One function writes the array: 1.8 µs an event on one core, where concat() of lengths and texts took 3.0. No `set`, so that it is inlined.
create or replace function audit.event_bytes(
  e audit.events
)
returns bytea
language sql
stable
begin atomic
  select int8send(e.seq) || timestamptz_send(e.at)
      || array_send(array[
           '2', e.key_id::text, e.chain, e.source, e.action, e.outcome, e.actor, e.actor_role, e.on_behalf_of, e.subject, e.session_id, e.request_id,
           e.changed, e.before::text, e.after::text, e.detail::text, octet_length(e.sealed)::text])
      || coalesce(e.sealed, '\x'::bytea);
end;
comment on function audit.event_bytes(audit.events) is 'What of an event is hashed.';
revoke all on function audit.event_bytes(audit.events) from public;
