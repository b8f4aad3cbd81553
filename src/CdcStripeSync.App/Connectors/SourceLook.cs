using CdcStripeSync.App.Configuration;
using CdcStripeSync.Connect.Agreement;
using CdcStripeSync.Connect.Desired;
using CdcStripeSync.Connect.Planning;
using CdcStripeSync.Postgres.Source;
using Npgsql;

namespace CdcStripeSync.App.Connectors;

/// <summary>What the source database says of tables, slots and publications; read once for a plan.</summary>
internal sealed class SourceLook
{
    private readonly SourceSnapshot? _snapshot;

    private SourceLook(SourceSnapshot? snapshot, string? trouble)
    {
        _snapshot = snapshot;
        Trouble = trouble;
    }

    /// <summary>Why the database was not looked at; null where it was.</summary>
    public string? Trouble { get; }

    public IReadOnlyList<SourceTable>? Tables => _snapshot?.Tables.Select(t => new SourceTable(t.Table, t.Columns, t.PrimaryKey, t.ReplicaIdentity == 'f', t.IsPartitioned)).ToList();

    public static async Task<SourceLook> AtAsync(Settings settings, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(settings.Source.ConnectionString)) return new SourceLook(null, "source.connectionString is not set: tables, slots and publications are not looked at");
        await using var source = NpgsqlDataSource.Create(settings.Source.ConnectionString);
        try
        {
            return new SourceLook(await SourceSnapshot.ReadAsync(source, cancellationToken), null);
        }
        catch (NpgsqlException e)
        {
            return new SourceLook(null, $"the source database cannot be looked at: {e.Message}");
        }
    }

    /// <summary>This database is the one that the connector reads; where references hide it, it is taken to be.</summary>
    public bool IsOf(DesiredConnector connector) =>
        _snapshot is not null && ConfigRules.IsPostgres(connector) && (connector.Option("database.dbname") is not { } name || Secrets.References(name).Any() || name == _snapshot.Database);

    /// <summary>What the database has against a connector.</summary>
    /// <param name="runs">The connector runs on the worker now, so that an active slot is its own.</param>
    public IEnumerable<Problem> Judge(DesiredConnector connector, bool runs)
    {
        if (_snapshot is null) yield break;
        if (_snapshot.WalLevel != "logical") yield return Problem.Refusal($"the database's wal_level is {_snapshot.WalLevel}", "ALTER SYSTEM SET wal_level = 'logical'; then restart PostgreSQL");
        // A name that is not there is said by the worker, which connects.
        if (connector.Option("database.user") is { } user && _snapshot.Roles.TryGetValue(user, out var mayReplicate) && !mayReplicate)
            yield return Problem.Refusal($"database.user: {user} may not replicate", $"ALTER ROLE {SourceSql.Name(user)} REPLICATION;");
        var slot = connector.Option("slot.name") ?? "debezium";
        if (_snapshot.Slots.FirstOrDefault(s => s.Name == slot) is { } found)
        {
            if (found.Database != _snapshot.Database) yield return Problem.Refusal($"slot.name: the slot {slot} belongs to {(found.Database is null ? "physical replication" : $"the database {found.Database}")}", "choose another name");
            else if (found.Active && !runs) yield return Problem.Refusal($"slot.name: another reader has the slot {slot} now (process {found.Pid})", "choose another name, or stop the other reader: SELECT * FROM pg_stat_replication");
            else if (found.WalStatus == "lost") yield return Problem.Refusal($"slot.name: the slot {slot} lost its log", "docs/deploy.md, \"A lost slot\"");
        }

        var publication = connector.Option("publication.name") ?? "dbz_publication";
        if (connector.Option("publication.autocreate.mode") == "disabled" && !_snapshot.Publications.ContainsKey(publication))
            yield return Problem.Refusal($"publication.name: there is no publication {publication}, and publication.autocreate.mode is disabled", "`cdc-stripe connectors generate --sql` prints it");
        foreach (var problem in Partitions(connector, publication)) yield return problem;
    }

    /// <summary>Changes that come under their partitions' names are left out by <c>table.include.list</c>, in silence.</summary>
    private IEnumerable<Problem> Partitions(DesiredConnector connector, string publication)
    {
        var viaRoot = _snapshot!.Publications.TryGetValue(publication, out var there) ? there : connector.Option("publish.via.partition.root") == "true";
        if (viaRoot || Included(connector) is not { } captured) yield break;
        foreach (var table in _snapshot.Tables.Where(t => t.IsPartitioned && captured.Matches(t.Table.ToString())))
        {
            yield return Problem.Refusal(
                $"table.include.list: {table.Table} is partitioned, and its changes would come under its partitions' names",
                _snapshot.Publications.ContainsKey(publication) ? $"ALTER PUBLICATION {SourceSql.Name(publication)} SET (publish_via_partition_root = true);" : "set publish.via.partition.root to true");
        }
    }

    /// <summary>Null where there is no list, or none that can be read: that is said elsewhere.</summary>
    private static NameList? Included(DesiredConnector connector)
    {
        try
        {
            return NameList.Parse(connector.Option("table.include.list"));
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>How many bytes of the server's log lie beyond a position; null where it cannot be told.</summary>
    public long? Behind(ulong? lsn) => _snapshot?.Lsn is { } now && lsn is { } position ? Math.Max(0, (long)(now - position)) : null;
}
