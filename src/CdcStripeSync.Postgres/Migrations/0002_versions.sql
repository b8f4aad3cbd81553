-- Entities are compared and swapped: a write that was made from another version than the stored one fails whole. `writer` tells a
-- batch that is written twice (its commit's answer was lost) from another process's.
alter table entities rename column epoch to version;
alter table entities add column writer text collate "C" not null default '';

create function require_no_conflict(written bigint, expected integer) returns void language plpgsql as $$
begin
    if written <> expected then
        raise exception '% of % rows were written by another process', expected - written, expected using errcode = 'CS001';
    end if;
end $$;
