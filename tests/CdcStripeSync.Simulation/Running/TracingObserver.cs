using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Observing;
using CdcStripeSync.Pipeline.Ports;
using CdcStripeSync.Simulation.Scheduling;

namespace CdcStripeSync.Simulation.Running;

/// <summary>Puts what delivery says into the trace, and counts it.</summary>
internal sealed class TracingObserver(SimulatedProcess process, Tally tally) : SilentObserver
{
    public override void Skipped(RecordOrigin origin, SkippedKind kind, Instant? sourceTime)
    {
        if (kind == SkippedKind.SettledBefore) tally.Add("processes: record read again, settled before");
    }

    public override void Unchanged(RecordOrigin origin)
    {
        tally.Add("outcome: passed without being decoded");
        if (process.World.IsTraced) process.World.Say($"{process.Name} passes {origin}");
    }

    public override void Judged(EntityKey key, ChangeEvent change, string verdict)
    {
        tally.Add("outcome: judged " + verdict);
        if (process.World.IsTraced) process.World.Say($"{process.Name} judges {key} {change.Op} {change.Position}: {verdict}");
    }

    public override void Settled(EntityState state, Instant? committedAt, int requests, int changes, bool live)
    {
        tally.Add("outcome: settled");
        if (changes > 1) tally.Add("outcome: changes folded away", changes - 1);
        if (process.World.IsTraced) process.World.Say($"{process.Name} settled {state.Key} {state.Phase} {state.StripeId}");
    }

    public override void Parked(ParkedRow row) => tally.Add((row.Reason is ParkReason.Breadth or ParkReason.Paused ? "brakes: parked " : "waiting: parked ") + row.Reason);

    public override void Unparked(EntityKey key) => tally.Add("waiting: goes on");

    public override void DeadLettered(DeadLetter letter) => tally.Add("outcome: dead-lettered");

    public override void Alarm(string message, string hint)
    {
        tally.Add("outcome: alarm");
        if (process.World.IsTraced) process.World.Say($"{process.Name} ALARM {message}");
    }
}
