-- How long a row is kept once it is over: the one place that says so. What happened stays in the trail, which nothing here touches.
--   attempt     a sign-in can be finished for five minutes; addresses of people who may have no account here are kept no longer than needed
--   lock        holds for an hour at most; a day without another try and the count begins anew
--   session     who was in, from where: what is asked when an intrusion comes to light. Refresh tokens go with their session
--   invitation  taken up or run out: its token opens nothing any more; says for a month when somebody was invited
--   delivery    of a webhook: what its administrator looks into when the receiver asks
--   secret      of a service account, past its overlap
--   request     an Idempotency-Key
-- Called by clear_past.
create or replace function platform_private.kept_for(
  kind text
)
returns interval
language sql
immutable
strict
parallel safe
return case kind
  when 'attempt' then interval '1 day'
  when 'lock' then interval '1 day'
  when 'session' then interval '30 days'
  when 'invitation' then interval '30 days'
  when 'delivery' then interval '30 days'
  when 'secret' then interval '30 days'
  when 'request' then interval '1 day'
end;
comment on function platform_private.kept_for(text) is 'How long a row is kept once it is over.';
revoke all on function platform_private.kept_for(text) from public;
