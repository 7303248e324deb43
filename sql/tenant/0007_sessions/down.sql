alter table users drop constraint users_role_personal, drop constraint users_name_plain, drop constraint users_email_plain;
drop trigger users_invite on users;
drop trigger users_leave_sessions on users;
drop trigger users_follow_sessions on users;
alter table user_invitations drop column purpose;
alter table sign_in_attempts drop column offered;
alter table user_credentials drop column expires_at;
alter table user_sessions drop column address, drop column user_agent, drop column ended_because;
