-- Letters that are to be tried again are gone through page by page, in the order of their records.
create index dead_letters_to_retry on dead_letters (topic, partition, record_offset, id) where state = 1;
