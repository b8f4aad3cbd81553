using System.Globalization;
using Npgsql;

namespace CdcStripeSync.Postgres.Source;

/// <summary>A replication slot and the log that it holds back.</summary>
/// <param name="Retained">Bytes of log kept for it; null on a standby.</param>
/// <param name="Safe">Bytes that may still be written before it is lost; null where nothing limits it.</param>
/// <param name="Here">It belongs to this database.</param>
internal sealed record SlotHealth(string Name, string Plugin, bool Active, string WalStatus, bool Here, long? Retained, long? Safe)
{
    public const string Sql = """
        select s.slot_name::text, coalesce(s.plugin, ''), s.active, coalesce(s.wal_status, ''), coalesce(s.database = current_database(), false),
            case when pg_is_in_recovery() then null else pg_wal_lsn_diff(pg_current_wal_lsn(), s.restart_lsn)::bigint end,
            case when current_setting('max_slot_wal_keep_size') = '-1' then null else s.safe_wal_size end
        from pg_replication_slots s where s.slot_name = $1
        """;

    private const long Much = 1L << 30;

    public static SlotHealth Read(NpgsqlDataReader r) => new(
        r.GetString(0), r.GetString(1), r.GetBoolean(2), r.GetString(3), r.GetBoolean(4), r.IsDBNull(5) ? null : r.GetInt64(5), r.IsDBNull(6) ? null : r.GetInt64(6));

    /// <param name="limited"><c>max_slot_wal_keep_size</c> is set.</param>
    public IEnumerable<SourceFinding> Judge(bool limited)
    {
        if (WalStatus == "lost")
        {
            yield return new SourceFinding(
                "source.slot", false, $"replication slot {Name} lost its log", "changes since then are gone; only a new snapshot finds them",
                $"SELECT pg_drop_replication_slot('{Name.Replace("'", "''", StringComparison.Ordinal)}'); -- then `cdc-stripe connectors offsets reset` for its connector (docs/deploy.md)");
            yield break;
        }

        if (!Here)
        {
            yield return new SourceFinding("source.slot", false, $"replication slot {Name} belongs to another database", "it never tells this database's changes", "choose another slot.name for the connector");
            yield break;
        }

        var kept = Retained is { } bytes ? Size(bytes) : "an unknown amount";
        if (Plugin != "pgoutput" && Plugin != "decoderbufs")
            yield return new SourceFinding("source.slot", false, $"replication slot {Name} is of the plugin {Plugin}", "Debezium reads pgoutput or decoderbufs", "choose another slot.name for the connector, or drop this slot");
        else if (!Active && Retained > Much)
            yield return new SourceFinding("source.slot", false, $"nobody reads replication slot {Name}, and {kept} of log is kept for it", "the log grows until the disk is full, or the slot is lost", "start its connector (`cdc-stripe connectors status`), or drop the slot if nobody needs it");
        else
            yield return new SourceFinding("source.slot", true, $"replication slot {Name} ({Plugin}) {(Active ? "is read" : "waits for its reader")}, {kept} of log kept");
        if (WalStatus == "unreserved" || (Safe is { } safe && Retained is { } now && safe < now / 4))
            yield return new SourceFinding("source.slot_limit", false, $"replication slot {Name} is lost after {Size(Math.Max(0, Safe ?? 0))} more", "its changes are gone then, and only a new snapshot finds them", "ALTER SYSTEM SET max_slot_wal_keep_size = '16GB'; SELECT pg_reload_conf();");
        else if (!limited)
            yield return new SourceFinding("source.slot_limit", false, "max_slot_wal_keep_size is not set", "a connector that is away keeps log until the disk is full and the database stops", "ALTER SYSTEM SET max_slot_wal_keep_size = '16GB'; SELECT pg_reload_conf();");
    }

    private static string Size(long bytes) => bytes switch
    {
        < 10_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"),
        < 10_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1000} kB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000_000} MB"),
    };
}
