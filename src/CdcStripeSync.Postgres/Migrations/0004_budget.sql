-- One account's request rates, shared by the processes that write to it. A share is granted only out of what no other process holds
-- unexpired; a fifth goes round evenly, so that an idle process can begin at once, the rest by demand.
create table budget_shares (
    instance text collate "C" primary key,
    share double precision not null,
    demand double precision not null,
    until timestamptz not null
);

create function renew_share(me text, wanted double precision, lease interval) returns double precision language plpgsql as $$
declare
    held double precision;
    others double precision;
    number integer;
    granted double precision;
begin
    perform pg_advisory_xact_lock(hashtext(current_schema() || '.budget_shares'));
    delete from budget_shares where until < clock_timestamp();
    select coalesce(sum(share), 0), coalesce(sum(greatest(demand, 1)), 0), count(*) into held, others, number from budget_shares where instance <> me;
    granted := greatest(0, least(0.2 / (number + 1) + 0.8 * greatest(wanted, 1) / (others + greatest(wanted, 1)), 1 - held));
    insert into budget_shares values (me, granted, wanted, clock_timestamp() + lease)
        on conflict (instance) do update set share = excluded.share, demand = excluded.demand, until = excluded.until;
    return granted;
end $$;
