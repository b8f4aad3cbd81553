using CdcStripeSync.Connect.Rest;
using CdcStripeSync.Connect.Status;

namespace CdcStripeSync.Connect.Deploying;

/// <summary>Waits until a connector runs, or says why it does not.</summary>
public sealed class Watcher(ConnectClient client, TimeProvider time)
{
    /// <summary>How long a failure must stand that stood before already: workers get to an order seconds after they took it.</summary>
    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(4);

    /// <summary>How long a new connector may be without status.</summary>
    private static readonly TimeSpan Newborn = TimeSpan.FromSeconds(10);

    /// <summary>The status; of a connector that was created a moment ago, as soon as it has one.</summary>
    /// <exception cref="ConnectException">There is no such connector, or it gets no status.</exception>
    public async Task<ConnectorStatus> StatusAsync(string name, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            if (await client.StatusAsync(name, cancellationToken) is { } status) return status;
            if (await client.ConfigAsync(name, cancellationToken) is null) throw new ConnectException(ConnectFailure.NotFound, $"no connector {name}", 404);
            if (time.GetElapsedTime(started) > Newborn) throw new ConnectException(ConnectFailure.Broken, $"{name} is there, but has no status after {Newborn.TotalSeconds:0} s");
            await Task.Delay(TimeSpan.FromMilliseconds(200), time, cancellationToken);
        }
    }

    /// <summary>A status that is not there yet (404 just after creation) is waited for; a failure must show twice, since a restart leaves the old one standing for a moment.</summary>
    /// <param name="before">The trace that stood before the order that is waited for; null for none.</param>
    public async Task<Outcome> WaitAsync(string name, WaitOptions options, string? before, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        long? running = null, failing = null;
        var last = "no status yet";
        while (true)
        {
            var status = await client.StatusAsync(name, cancellationToken);
            var elapsed = time.GetElapsedTime(started);
            if (status is not null)
            {
                last = Describe(status);
                running = status.Runs ? running ?? time.GetTimestamp() : null;
                failing = status.Failed ? failing ?? time.GetTimestamp() : null;
                if (running is { } since && time.GetElapsedTime(since) >= options.Settle) return new Outcome(OutcomeKind.Runs, last);
                if (failing is { } when && time.GetElapsedTime(when) >= (status.FirstTrace is { } trace && trace == before ? Stale : Smaller(options.Settle, TimeSpan.FromSeconds(1)))) return Failure(status);
                if (status.State is ConnectorState.Paused or ConnectorState.Stopped) return new Outcome(OutcomeKind.Rests, last, $"`cdc-stripe connectors resume {name}` starts it");
            }

            if (elapsed >= options.Patience)
                return status?.Failed == true ? Failure(status) : new Outcome(OutcomeKind.Waits, $"not running after {options.Patience.TotalSeconds:0} s: {last}", "look at the worker's log, or wait longer with --timeout");
            await Task.Delay(options.Interval, time, cancellationToken);
        }
    }

    /// <summary>Why it failed, in one line.</summary>
    public static Outcome Failure(ConnectorStatus status)
    {
        var cause = status.FirstTrace is { Length: > 0 } trace ? RootCause.Of(trace) : "the worker gives no reason";
        return new Outcome(OutcomeKind.Failed, cause, Advice.For(cause));
    }

    /// <summary><c>RUNNING, task 0 FAILED</c></summary>
    public static string Describe(ConnectorStatus status) => status.Tasks.Length == 0
        ? $"{status.StateName}, no tasks"
        : $"{status.StateName}, {string.Join(", ", status.Tasks.Select(t => $"task {t.Id} {t.StateName}"))}";

    private static TimeSpan Smaller(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
