-- Orders a message to each person whom the rules name for an event, but for the one who did it: a job each, in the transaction of the event.
-- So a message that fails is tried again alone, and nobody who has one gets another. No NOTIFY: events are writes of the data plane. The worker
-- looks for orders every two seconds. Called by functions only.
create or replace function platform_private.order_notices(
  tenant_id text,
  event text,
  subject_id uuid,
  roles text[] default null,
  but uuid default null
)
returns void
language sql
volatile
set search_path = pg_catalog, pg_temp
as $$
  select jobs.enqueue_quietly(
           'notice__send',
           jsonb_build_object('tenantId', tenant_id, 'event', event, 'subjectId', subject_id, 'userId', person),
           concat_ws(':', 'notice', tenant_id, event, subject_id, person))
    from platform_private.people_told(tenant_id, event, roles) as person
   where person is distinct from but
$$;
comment on function platform_private.order_notices(text, text, uuid, text[], uuid) is 'Orders the messages that an event calls for.';
revoke all on function platform_private.order_notices(text, text, uuid, text[], uuid) from public;
