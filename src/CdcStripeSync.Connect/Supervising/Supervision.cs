using CdcStripeSync.Connect.Rest;

namespace CdcStripeSync.Connect.Supervising;

/// <summary>Decides about one task from its state and history. Pure.</summary>
public static class Supervision
{
    public static (TaskDecision Decision, TaskHistory Next) Decide(RestartPolicy policy, TaskHistory history, ConnectorState state, DateTimeOffset now)
    {
        if (state == ConnectorState.Running)
        {
            var since = history.RunsSince ?? now;
            var next = now - since >= policy.Forgiven ? TaskHistory.New with { RunsSince = since } : history with { FailedSince = null, RunsSince = since };
            return (TaskDecision.Nothing, next);
        }

        if (state != ConnectorState.Failed) return (TaskDecision.Nothing, history with { RunsSince = null });
        if (history.GaveUp) return (TaskDecision.Nothing, history);
        if (policy.Delay(history.Restarts) is not { } delay) return (TaskDecision.GiveUp, history with { GaveUp = true, RunsSince = null });
        if (history.FailedSince is not { } failed) return (TaskDecision.Report, history with { FailedSince = now, RunsSince = null });
        return now - failed < delay
            ? (TaskDecision.Nothing, history)
            : (TaskDecision.Restart, history with { Restarts = history.Restarts + 1, FailedSince = null, RunsSince = null });
    }
}
