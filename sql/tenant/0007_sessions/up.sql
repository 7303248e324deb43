-- Where and how a person is signed in, first passwords that run out, and one kind of single-use token for invitations and resets.

-- New columns of new tables, or of tables with a few rows each: a scan of them is nothing.
-- squawk-ignore-file constraint-missing-not-valid

alter table user_sessions
  add column address varchar(64),
  add column user_agent varchar(200),
  add column ended_because varchar(20),
  add constraint user_sessions_ended_because_known check (
    ended_because in ('logout', 'reuse', 'password', 'revoked', 'disabled')),
  add constraint user_sessions_ended_whole check ((ended_at is null) = (ended_because is null));
alter table user_credentials add column expires_at timestamptz;
alter table sign_in_attempts add column offered varchar(64);
alter table user_invitations
  add column purpose varchar(10) not null default 'invitation',
  add constraint user_invitations_purpose_known check (purpose in ('invitation', 'reset'));

-- A service account's role is no person's; and what stands in messages is one line, sent to one address.
alter table users
  add constraint users_role_personal check (role !~ '^service_[0-9a-f]{32}$'),
  add constraint users_name_plain check (name !~ '[[:cntrl:]]'),
  add constraint users_email_plain check (email !~ '[][<>(),;:"\\[:cntrl:]]');

-- Whoever is entered as invited is invited, whichever way.
create trigger users_invite after insert on users
  for each row when (new.status = 'invited') execute function platform_private.invite_new_user();

-- A session ends with its user's right to it, whoever takes that right; a changed role is told to the servers. With another e-mail address it is
-- another person: sessions and invitations of the one before are void.
create trigger users_follow_sessions after update of role, status, email on users
  for each row when (old.role <> new.role or old.status <> new.status or lower(old.email) <> lower(new.email)) execute function platform_private.follow_user();
create trigger users_leave_sessions before delete on users
  for each row execute function platform_private.follow_user();

comment on column user_sessions.address is 'Network address from which the user signed in.';
comment on column user_sessions.user_agent is 'What the user''s program calls itself, cut to 200 characters.';
comment on column user_sessions.ended_because is 'logout, reuse (of a refresh token), password (changed), revoked or disabled; empty while it is open.';
comment on column sign_in_attempts.offered is 'SHA-256 of the hash that was handed out to compare with, in lower-case hexadecimal.';
comment on column user_credentials.expires_at is 'When a first password stops working; empty for one that its user chose.';
comment on column user_invitations.purpose is 'invitation: the user''s first password; reset: a new one for a user who has lost it.';
