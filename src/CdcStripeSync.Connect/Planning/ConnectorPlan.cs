using System.Collections.Immutable;
using CdcStripeSync.Connect.Desired;

namespace CdcStripeSync.Connect.Planning;

/// <summary>What applying would do to one connector, and what stands against it.</summary>
public sealed record ConnectorPlan(DesiredConnector Connector, PlannedAction Action, ImmutableArray<OptionChange> Changes, ImmutableArray<Problem> Problems)
{
    public bool IsRefused => Problems.Any(p => p.Refuses);
}
