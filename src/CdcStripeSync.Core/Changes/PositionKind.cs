namespace CdcStripeSync.Core.Changes;

/// <summary>What a <see cref="SourcePosition"/> counts; positions of different kinds are not comparable.</summary>
public enum PositionKind : byte
{
    None = 0,
    /// <summary>PostgreSQL: Major is the LSN of the change's WAL record.</summary>
    Lsn,
    /// <summary>MySQL, MariaDB: Major is the binlog file's number, Minor the position in it, Row the row within the event.</summary>
    Binlog,
    /// <summary>A record without a position of its own: Major is the Kafka partition, Minor the offset, Server the topic.</summary>
    Offset,
}
