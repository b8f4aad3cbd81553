-- What the store has forgotten: below this offset of a partition, records may have made objects of which it knows nothing, since it was put back to an
-- older time or lost its content. The topic '*' is all there is. Programs of an earlier version keep it in their memory only, until they end.
create table forgotten (
    topic text collate "C" not null,
    partition integer not null,
    until bigint not null,
    primary key (topic, partition)
);
