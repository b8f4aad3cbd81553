-- Whether rows may link objects that the account held before.
alter table controls add column adopt boolean not null default false;
