using CdcStripeSync.Connect.Rest;
using CdcStripeSync.Connect.Status;

namespace CdcStripeSync.Connect.Supervising;

/// <summary>Restarts failed tasks with backoff and a limit, and reports what it sees.</summary>
/// <param name="restarted">Told the connector of every restart that was ordered.</param>
public sealed class Supervisor(ConnectClient client, RestartPolicy policy, TimeProvider time, Action<string> report, Action<string>? restarted = null)
{
    private readonly Dictionary<(string Connector, int Task), TaskHistory> _tasks = [];
    private bool _unreachable;

    /// <summary>How often a task was restarted since it last ran for long.</summary>
    public int Restarts(string connector, int task) => _tasks.GetValueOrDefault((connector, task), TaskHistory.New).Restarts;

    /// <summary>Looks every <paramref name="interval"/>, until cancelled.</summary>
    public async Task RunAsync(IReadOnlyCollection<string> only, TimeSpan interval, CancellationToken cancellationToken)
    {
        while (true)
        {
            await LookAsync(only, cancellationToken);
            await Task.Delay(interval, time, cancellationToken);
        }
    }

    /// <summary>Looks once. A worker that is down is reported once and looked for again.</summary>
    /// <param name="only">Names; empty for all.</param>
    public async Task LookAsync(IReadOnlyCollection<string> only, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var connector in await client.ListAsync(cancellationToken))
            {
                if (connector.Status is not { } status || (only.Count > 0 && !only.Contains(connector.Name))) continue;
                await JudgeAsync(connector.Name, -1, status.State, status.Trace, cancellationToken);
                foreach (var task in status.Tasks) await JudgeAsync(connector.Name, task.Id, task.State, task.Trace, cancellationToken);
            }

            if (_unreachable) report("the worker answers again");
            _unreachable = false;
        }
        catch (ConnectException e) when (e.Failure is not ConnectFailure.Unauthorized)
        {
            if (!_unreachable) report(e.Message);
            _unreachable = true;
        }
    }

    private async Task JudgeAsync(string connector, int task, ConnectorState state, string? trace, CancellationToken cancellationToken)
    {
        var (decision, next) = Supervision.Decide(policy, _tasks.GetValueOrDefault((connector, task), TaskHistory.New), state, time.GetUtcNow());
        _tasks[(connector, task)] = next;
        var what = task < 0 ? connector : $"{connector} task {task}";
        var cause = trace is null ? "no reason given" : RootCause.Of(trace);
        switch (decision)
        {
            case TaskDecision.Nothing:
                return;
            case TaskDecision.Report:
                report($"{what} failed: {cause}; restart in {policy.Delay(next.Restarts)!.Value.TotalSeconds:0} s");
                return;
            case TaskDecision.Restart:
                report($"{what}: restart {next.Restarts} of {policy.Limit}");
                if (task < 0) await client.RestartAsync(connector, onlyFailed: true, cancellationToken);
                else await client.RestartTaskAsync(connector, task, cancellationToken);
                restarted?.Invoke(connector);
                return;
            case TaskDecision.GiveUp:
                report($"{what} failed again after {next.Restarts} restarts: {cause}; a person must look: {Advice.For(cause) ?? "the worker's log has the whole trace"}");
                return;
        }
    }
}
