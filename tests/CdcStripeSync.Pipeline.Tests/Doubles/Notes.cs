using CdcStripeSync.Core.Changes;
using CdcStripeSync.Core.State;
using CdcStripeSync.Core.Values;
using CdcStripeSync.Pipeline.Observing;
using CdcStripeSync.Pipeline.Ports;

namespace CdcStripeSync.Pipeline.Tests.Doubles;

/// <summary>Remembers what delivery said.</summary>
internal sealed class Notes : SilentObserver
{
    public List<string> Alarms { get; } = [];

    public List<string> Operator { get; } = [];

    public List<(EntityKey Key, string Verdict)> Verdicts { get; } = [];

    public List<DeadLetter> DeadLetters { get; } = [];

    /// <summary>Each time that a row came to wait, also where it goes on by now.</summary>
    public List<ParkedRow> Parks { get; } = [];

    public List<RecordOrigin> Passed { get; } = [];

    public List<RecordOrigin> SettledBefore { get; } = [];

    public List<RecordOrigin> WithoutKey { get; } = [];

    public List<EntityKey> Settlements { get; } = [];

    public override void Settled(EntityState state, Instant? committedAt, int requests, int changes, bool live) => Settlements.Add(state.Key);

    public override void Parked(ParkedRow row) => Parks.Add(row);

    public override void Skipped(RecordOrigin origin, SkippedKind kind, Instant? sourceTime)
    {
        if (kind == SkippedKind.NoKey) WithoutKey.Add(origin);
        if (kind == SkippedKind.SettledBefore) SettledBefore.Add(origin);
    }

    public override void Unchanged(RecordOrigin origin) => Passed.Add(origin);

    public override void Told(string what) => Operator.Add(what);

    public override void Alarm(string message, string hint) => Alarms.Add(message);

    public override void Judged(EntityKey key, ChangeEvent change, string verdict) => Verdicts.Add((key, verdict));

    public override void DeadLettered(DeadLetter letter) => DeadLetters.Add(letter);
}
