-- A dead letter has a life: open, tried again on request, closed with how it ended.
alter table dead_letters add column state smallint not null default 0;
alter table dead_letters add column outcome text not null default '';
create index dead_letters_standing on dead_letters (state, id) where state < 2;
