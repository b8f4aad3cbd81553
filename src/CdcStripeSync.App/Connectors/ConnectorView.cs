using System.Globalization;
using CdcStripeSync.App.Commands;
using CdcStripeSync.Connect.Deploying;
using CdcStripeSync.Connect.Rest;
using CdcStripeSync.Connect.Status;

namespace CdcStripeSync.App.Connectors;

/// <summary>One connector as <c>connectors status</c> shows it.</summary>
/// <param name="Position">How far it has read, in the database's words.</param>
/// <param name="BehindBytes">Of the server's log; null where it cannot be told.</param>
/// <param name="NewestEvent">When the newest event that was read happened; null where the offset does not tell.</param>
/// <param name="Restarts">By this program, from this machine: Kafka Connect does not count them.</param>
/// <param name="Cause">A failure's root cause, in one line.</param>
internal sealed record ConnectorView(string Name, string State, string Worker, IReadOnlyList<string> Tasks, string? Position, bool Snapshot, long? BehindBytes, DateTimeOffset? NewestEvent, RestartCount? Restarts, string? Cause, string? Advice, bool Failed, bool Runs)
{
    public static async Task<IReadOnlyList<ConnectorView>> ReadAsync(ConnectClient client, SourceLook source, IReadOnlyCollection<string> only, CancellationToken cancellationToken)
    {
        var views = new List<ConnectorView>();
        var journal = RestartJournal.Open();
        foreach (var connector in (await client.ListAsync(cancellationToken)).Where(c => only.Count == 0 || only.Contains(c.Name)))
        {
            var offset = (await OffsetsAsync(client, connector.Name, cancellationToken)).Select(o => SourceOffset.Read(o.Offset)).OfType<SourceOffset>().FirstOrDefault();
            var failure = connector.Status is { Failed: true } failed ? Watcher.Failure(failed) : null;
            var isOf = source.IsOf(new Connect.Desired.DesiredConnector(connector.Name, "", connector.Config));
            views.Add(new ConnectorView(
                connector.Name, connector.Status?.StateName ?? "no status yet", connector.Status?.WorkerId ?? "", [.. connector.Status?.Tasks.Select(t => t.StateName) ?? []],
                offset?.Text, offset?.Snapshot ?? false, isOf ? source.Behind(offset?.Lsn) : null, offset?.Moment, journal.Of(client.Address, connector.Name), failure?.Words, failure?.Advice, failure is not null, connector.Status is { Runs: true }));
        }

        return views;
    }

    public IEnumerable<string> Lines()
    {
        var tasks = Tasks.Count == 0 ? "no tasks" : string.Join(", ", Tasks.Select((t, i) => string.Create(CultureInfo.InvariantCulture, $"task {i} {t}")));
        var position = Position is null ? "" : $"   at {Position}{(Snapshot ? " (snapshot under way)" : "")}";
        var behind = BehindBytes is { } bytes ? string.Create(CultureInfo.InvariantCulture, $", lag {Size(bytes)} of log") : "";
        var newest = NewestEvent is { } moment ? $", newest event {Age.Of(Since(moment))} ago" : "";
        yield return $"{Name}: {State}, {tasks}   on {Worker}{position}{behind}{newest}";
        if (Restarts is { } restarts) yield return $"  restarted {Counted.Of(restarts.Times, "time")} from here, last {Age.Of(Since(restarts.Last))} ago";
        if (Cause is not null) yield return $"  cause: {Cause}";
        if (Advice is not null) yield return $"  do: {Advice}";
    }

    /// <summary>Workers before 3.6 cannot tell offsets; one that has just started may not answer for a moment.</summary>
    private static async Task<IReadOnlyList<OffsetEntry>> OffsetsAsync(ConnectClient client, string name, CancellationToken cancellationToken)
    {
        try
        {
            return await client.OffsetsAsync(name, cancellationToken);
        }
        catch (ConnectException e) when (e.Failure is ConnectFailure.NotFound or ConnectFailure.Refused or ConnectFailure.Broken)
        {
            return [];
        }
    }

    private static TimeSpan Since(DateTimeOffset moment) => TimeProvider.System.GetUtcNow() - moment is { Ticks: > 0 } age ? age : TimeSpan.Zero;

    private static string Size(long bytes) => bytes switch
    {
        < 10_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"),
        < 10_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1000} kB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000_000} MB"),
    };
}
