-- The earlier secret of a webhook for a while after a rotation, and what waits to be sent found without a scan.

-- New columns and a partial index of small tables: a scan of them is nothing, and nobody waits.
-- squawk-ignore-file constraint-missing-not-valid

-- Two secrets of 224 characters keep the row below the 2 kB from which PostgreSQL adds a TOAST table. A sealed one has 112.
-- squawk-ignore changing-column-type
alter table webhook_secrets alter column sealed type varchar(224);
alter table webhook_secrets
  add column earlier varchar(224),
  add column earlier_until timestamptz,
  add constraint webhook_secrets_earlier_whole check ((earlier is null) = (earlier_until is null));
create trigger webhook_secrets_keep_earlier before update of created_at on webhook_secrets
  for each row execute function platform_private.keep_earlier_secret();

-- squawk-ignore require-concurrent-index-creation
create index webhook_deliveries_waiting_idx on webhook_deliveries (webhook) where status = 'pending';

comment on column webhook_secrets.earlier is 'The secret before, sealed in the same way: it signs as well for a while after a rotation.';
comment on column webhook_secrets.earlier_until is 'Until when the secret before signs as well.';
