using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.Mapping;
using Npgsql;

namespace CdcStripeSync.Postgres.Source;

/// <summary>What holds a mapped table's rows: the table itself, or one of its partitions.</summary>
/// <param name="IsParent">A partitioned table: its rows, and what their changes tell, are its partitions'.</param>
/// <param name="Identity"><c>pg_class.relreplident</c>: d, n, f or i.</param>
/// <param name="Key">The columns that the replica identity's index holds.</param>
internal sealed record TableStorage(TableId Name, bool IsParent, string Identity, bool Readable, bool Unlogged, string[] Key)
{
    public static TableStorage Read(NpgsqlDataReader r) =>
        new(new TableId(r.GetString(0), r.GetString(1)), r.GetBoolean(2), r.GetString(3), r.GetBoolean(4), r.GetBoolean(5), r.GetFieldValue<string[]>(6));

    /// <param name="table">The mapped table: this one, or the one whose partition it is.</param>
    public IEnumerable<SourceFinding> Judge(ResourceMap map, TableId table, string user)
    {
        if (Name == table)
        {
            yield return Readable
                ? new SourceFinding("source.privilege", true, $"{table} may be read")
                : new SourceFinding("source.privilege", false, $"{table} may not be read", "rows cannot be read directly, nor by a snapshot as this user", $"GRANT USAGE ON SCHEMA {SqlName.Of(table.Schema)} TO {SqlName.Of(user)}; GRANT SELECT ON {SqlName.Of(table)} TO {SqlName.Of(user)};");
        }

        if (IsParent) yield break;
        if (Unlogged) yield return new SourceFinding("source.unlogged", false, $"{Name} is unlogged", "its changes are in no log, so nobody can read them", $"ALTER TABLE {SqlName.Of(Name)} SET LOGGED;");
        yield return ReplicaIdentity(map);
    }

    /// <summary>A delete must tell the row's key, and an update of it the old one.</summary>
    private SourceFinding ReplicaIdentity(ResourceMap map)
    {
        var needed = string.Join(", ", map.KeyColumns);
        if (Identity == "f") return new SourceFinding("source.replica_identity", true, $"{Name}: deletes tell the whole row");
        if (Identity != "n" && Key.Length > 0 && map.KeyColumns.All(Key.Contains)) return new SourceFinding("source.replica_identity", true, $"{Name}: deletes tell {needed}");
        return new SourceFinding(
            "source.replica_identity", false,
            Identity == "n" ? $"{Name} has replica identity nothing" : Key.Length == 0 ? $"{Name} has no primary key" : $"{Name}: deletes tell {string.Join(", ", Key)}, the mapping's key is {needed}",
            "a deleted row cannot be told from its change", $"ALTER TABLE {SqlName.Of(Name)} REPLICA IDENTITY FULL;");
    }
}
